import type { Binding } from '../binding.ts'
import type { Phase } from '../key-read.ts'
import type { EnvironmentWords } from './environment-words.ts'
import { pairComponents } from './pair-components.ts'

/** What two environments bind to one key of one component; undefined = nothing. */
export interface MatchedPair {
  key: string
  phase: Phase
  bindings: readonly [Binding | undefined, Binding | undefined]
  /** As each environment names it; '' = all. */
  components: readonly [string, string]
}

export interface MatchedBindings {
  pairs: MatchedPair[]
  /** Components without a counterpart, by the side that has them. */
  oneSided: { side: 0 | 1; component: string }[]
  phasesLeftOut: Phase[]
}

/**
 * Puts the bindings of two environments side by side. What is bound for all components (a dotenv file) stands beside each
 * component of the other environment that has the key; a component without a counterpart stands beside what the other
 * environment binds to the key anywhere. Phases that only one environment binds keys of are left out, and told; where the
 * two have no phase in common (a workflow that deploys, and what is deployed), keys are compared whatever their phase is.
 */
export function matchBindings(
  first: readonly Binding[],
  second: readonly Binding[],
  words: readonly [EnvironmentWords, EnvironmentWords],
): MatchedBindings {
  const phases = [
    new Set(first.map((it) => it.phase)),
    new Set(second.map((it) => it.phase)),
  ] as const
  const oneEmpty = phases[0].size === 0 || phases[1].size === 0
  const apart = ![...phases[0]].some((phase) => phases[1].has(phase))
  const shared = (phase: Phase): boolean =>
    oneEmpty || apart || (phases[0].has(phase) && phases[1].has(phase))
  const components = [first, second].map((all) => [...new Set(all.map((it) => it.component))])
  const { forward, onlyFirst, onlySecond } = pairComponents(components[0]!, components[1]!, words)
  const counterparts = {
    forward,
    backward: new Map([...forward].map(([one, other]) => [other, one])),
  }
  const table = new Map<string, Slot>()
  for (const [side, all] of [first, second].entries()) {
    for (const binding of all) {
      if (!shared(binding.phase)) continue
      const phase = apart && !oneEmpty ? 'run' : binding.phase
      const id = `${phase}\0${binding.key}`
      const slot = table.get(id) ?? {
        key: binding.key,
        phase,
        sides: [new Map(), new Map()],
      }
      slot.sides[side]!.set(binding.component, binding)
      table.set(id, slot)
    }
  }
  const named = components.map((all) => all.some((it) => it !== ''))
  return {
    pairs: [...table.values()].flatMap((slot) => pairsOf(slot, counterparts)),
    // where one side names no components at all, none is missing
    oneSided:
      named[0] === true && named[1] === true
        ? [
            ...onlyFirst.map((component) => ({ side: 0 as const, component })),
            ...onlySecond.map((component) => ({ side: 1 as const, component })),
          ]
        : [],
    phasesLeftOut: [...new Set([...phases[0], ...phases[1]])]
      .filter((it) => !shared(it))
      .toSorted(),
  }
}

interface Slot {
  key: string
  phase: Phase
  /** By component. */
  sides: [Map<string, Binding>, Map<string, Binding>]
}

interface Counterparts {
  forward: ReadonlyMap<string, string>
  backward: ReadonlyMap<string, string>
}

function pairsOf(
  { key, phase, sides: [left, right] }: Slot,
  counterparts: Counterparts,
): MatchedPair[] {
  const pairs = new Map<string, MatchedPair>()
  const add = (one: string, other: string, bindings: MatchedPair['bindings']): void => {
    const id = `${one}\0${other}`
    if (!pairs.has(id)) pairs.set(id, { key, phase, bindings, components: [one, other] })
  }
  const ofAll = [left.get(''), right.get('')] as const
  const inLeft = nearestIn(left)
  const inRight = nearestIn(right)
  for (const [component, binding] of left) {
    if (component === '') continue
    const counterpart = counterparts.forward.get(component)
    if (counterpart === undefined) {
      const [name, other] = inRight(binding)
      add(component, name, [binding, other])
    } else add(component, counterpart, [binding, right.get(counterpart) ?? ofAll[1]])
  }
  for (const [component, binding] of right) {
    if (component === '') continue
    const counterpart = counterparts.backward.get(component)
    if (counterpart === undefined) {
      const [name, other] = inLeft(binding)
      add(name, component, [other, binding])
    } else add(counterpart, component, [left.get(counterpart) ?? ofAll[0], binding])
  }
  // what holds for all was compared with each component that has the key of its own; else with the same of the other side
  if (ofAll[0] !== undefined || ofAll[1] !== undefined) {
    const others = ofAll[0] === undefined ? left : ofAll[1] === undefined ? right : undefined
    if (others === undefined || others.size === 0) add('', '', ofAll)
  }
  return [...pairs.values()]
}

type Nearest = (binding: Binding) => readonly [string, Binding | undefined]

/** What the other environment binds to the key: the same value if it has that anywhere, else what holds for all, else the first. */
function nearestIn(others: ReadonlyMap<string, Binding>): Nearest {
  const first = others.entries().next().value
  const all = others.get('')
  const otherwise = all === undefined ? (first ?? (['', undefined] as const)) : (['', all] as const)
  let byValue: Map<string, readonly [string, Binding]> | undefined
  return ({ value }) => {
    if (value === undefined) return otherwise
    byValue ??= new Map(
      [...others].flatMap(([component, other]) =>
        other.value === undefined ? [] : [[other.value.reveal(), [component, other] as const]],
      ),
    )
    return byValue.get(value.reveal()) ?? otherwise
  }
}
