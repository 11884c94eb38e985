import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { findInPack, type Pack } from './pack.ts'

/** What refers to something that is not there. */
export const referencesPack: Pack = {
  name: 'references',
  description: 'references to entries and variables that do not exist',
  check({ environments }, outcome) {
    for (const environment of environments) {
      checkObjects(environment, outcome)
      checkNames(environment, outcome)
    }
  },
}

/** The object is among the files and has no such entry: the reader tells so at the very place of the reference. */
function checkObjects({ name, bindings, unread }: LoadedEnvironment, outcome: CheckOutcome): void {
  const places = new Set(unread.map(({ location }) => `${location.file}\0${location.line}`))
  for (const binding of bindings) {
    const { state, source, location, key } = binding
    if (state !== 'reference' || source !== 'kubernetes') continue
    if (!places.has(`${location.file}\0${location.line}`)) continue
    findInPack(outcome, {
      rule: 'dangling-reference',
      binding,
      effect: 'availability',
      evidence: 'proved',
      message: `${key} in ${name} refers to an entry that its object does not have: the container does not start.`,
      hint: 'Correct the name of the entry, or add it to the object.',
    })
  }
}

/** `${NAME}` that no reader has replaced, and that the environment does not set. */
function checkNames({ name, bindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  const bound = new Set(bindings.map(({ key }) => key))
  for (const binding of bindings) {
    const { state, source, value, key } = binding
    if (state !== 'set' || source !== 'dotenv' || value === undefined || value.length > 20_000)
      continue
    const open = [...value.reveal().matchAll(/\$\{([A-Za-z_]\w{0,100})\}/g)].find(
      ([, other]) => !bound.has(other!),
    )?.[1]
    if (open === undefined) continue
    findInPack(outcome, {
      rule: 'dangling-reference',
      severity: 'warning',
      binding,
      effect: 'availability',
      message: `${key} in ${name} names the variable ${open}, which ${name} does not set: it stays as text, or becomes nothing.`,
      hint: `Set ${open}, or put the value in; single quotes keep the text where it is meant.`,
    })
  }
}
