import { nearestName } from '../contract/nearest-name.ts'
import { packs } from '../packs/packs.ts'
import type { CheckInput } from './check-input.ts'
import { CheckOutcome } from './check-outcome.ts'
import { checkCrossRules } from './cross-rules.ts'
import { checkDeliveryRules } from './delivery-rules.ts'
import { checkEnvironmentRules } from './environment-rules.ts'
import { checkTimeRules } from './time-rules.ts'
import { checkValueRules } from './value-rules.ts'

/** Every rule of the contract, and every pack that it does not switch off. Pure: the same input gives the same answer. */
export function checkConfiguration(input: CheckInput): CheckOutcome {
  const outcome = new CheckOutcome()
  for (const { unread, name } of input.environments) {
    for (const { location, reason } of unread) {
      outcome.skip([name, String(location.line), reason], {
        kind: 'unread-input',
        location,
        reason,
      })
    }
  }
  checkValueRules(input, outcome)
  checkCrossRules(input, outcome)
  checkEnvironmentRules(input, outcome)
  checkDeliveryRules(input, outcome)
  checkTimeRules(input, outcome)
  const without = input.contract?.withoutPacks ?? {}
  for (const pack of packs) {
    if (!Object.hasOwn(without, pack.name)) pack.check(input, outcome)
  }
  const names = packs.map(({ name }) => name)
  for (const name of Object.keys(without)) {
    if (names.includes(name)) continue
    const near = nearestName(name, names)
    outcome.find({
      rule: 'contract/unknown-pack',
      severity: 'error',
      evidence: 'proved',
      key: name,
      environments: [],
      locations: input.placeOf === undefined ? [] : [input.placeOf(['withoutPacks', name])],
      message: `There is no pack "${name}".`,
      hint: near === undefined ? `Packs are ${names.join(', ')}.` : `Is "${near}" meant?`,
    })
  }
  return outcome
}
