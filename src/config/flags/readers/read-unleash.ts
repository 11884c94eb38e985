import { defined } from '../../defined.ts'
import { fieldOf, itemsOf, stringOf } from '../../readers/json-text.ts'
import type { Flag, FlagEnvironment, FlagVariant, Outcome, Prerequisite } from '../flag.ts'
import type { FlagDocument, FlagsRead } from './flags-read.ts'
import { purposeOf, timeOf } from './flags-read.ts'
import type { Segments } from './unleash-strategy.ts'
import { servedBy, strategyRule, variantsIn } from './unleash-strategy.ts'

const disabled: Outcome = { is: 'variant', variant: 'disabled' }

/**
 * An export of one environment (`features`, `featureStrategies`, `featureEnvironments`, `segments`), or what a client is
 * given (`features` with `strategies`).
 */
export function readUnleash(document: FlagDocument): FlagsRead {
  const { file, value, lineOf } = document
  const found: FlagsRead = { flags: [], unread: [] }
  const segments: Segments = new Map(
    itemsOf(value, 'segments')
      .filter((it) => fieldOf(it, 'constraints') !== undefined)
      .map((it) => [stringOf(it, 'id') ?? '', itemsOf(it, 'constraints')]),
  )
  const byFeature = (list: string): Map<string, unknown[]> =>
    Map.groupBy(
      itemsOf(value, list),
      (it) => stringOf(it, 'featureName') ?? stringOf(it, 'feature') ?? '',
    )
  const strategies = byFeature('featureStrategies')
  const rows = byFeature('featureEnvironments')
  const dependencies = byFeature('dependencies')
  for (const feature of itemsOf(value, 'features')) {
    const key = stringOf(feature, 'name') ?? ''
    const location = { file, line: lineOf(key) }
    if (key === '') {
      found.unread.push({ location, reason: 'A flag here has no name.' })
      continue
    }
    const prerequisites = [
      ...itemsOf(feature, 'dependencies'),
      ...(dependencies.get(key) ?? []).flatMap((it) => itemsOf(it, 'dependencies')),
    ].map(prerequisiteOf)
    const variants = new Map<string, FlagVariant>([
      ['enabled', { name: 'enabled', value: true }],
      ['disabled', { name: 'disabled', value: false }],
    ])
    const environments = (rows.get(key) ?? [feature]).map((row): FlagEnvironment => {
      const name = document.named
        ? document.environment
        : (stringOf(row, 'environment') ?? document.environment)
      const own = itemsOf(row, 'variants').length > 0 ? row : feature
      const all = (strategies.get(key) ?? itemsOf(row, 'strategies')).filter((it) => {
        const environment = stringOf(it, 'environment')
        return (
          environment === undefined ||
          row === feature ||
          environment === stringOf(row, 'environment')
        )
      })
      const active = all.filter((it) => fieldOf(it, 'disabled') !== true)
      for (const list of [own, ...active]) {
        for (const variant of variantsIn(itemsOf(list, 'variants')))
          variants.set(variant.name, variant)
      }
      return {
        name,
        on: fieldOf(row, 'enabled') === true,
        rules: active.map((it, index) =>
          strategyRule(it, index, segments, itemsOf(own, 'variants')),
        ),
        fallthrough: all.length === 0 ? servedBy(itemsOf(own, 'variants')) : disabled,
        off: disabled,
        prerequisites,
        location,
        ...defined({ lastSeenAt: timeOf(row, 'lastSeenAt') }),
      }
    })
    const made: Flag = {
      key,
      platform: 'unleash',
      kind: variants.size > 2 ? 'json' : 'boolean',
      variants: [...variants.values()],
      environments,
      archived:
        fieldOf(feature, 'archived') === true || timeOf(feature, 'archivedAt') !== undefined,
      markedStale: fieldOf(feature, 'stale') === true,
      location,
      ...defined({
        purpose: purposeOf(fieldOf(feature, 'type')),
        createdAt: timeOf(feature, 'createdAt'),
      }),
    }
    found.flags.push(made)
  }
  return found
}

function prerequisiteOf(dependency: unknown): Prerequisite {
  // a flag that is on and has no variants answers with the variant `disabled`
  const wanted = itemsOf(dependency, 'variants').flatMap((it) =>
    typeof it === 'string' ? [it === 'disabled' ? 'enabled' : it] : [],
  )
  const off = fieldOf(dependency, 'enabled') === false
  return { flag: stringOf(dependency, 'feature') ?? '', variants: off ? ['disabled'] : wanted }
}
