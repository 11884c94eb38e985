import * as fc from 'fast-check'
import type { Filter, FilterValue } from '../filter.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    'a',
    'b',
    '10',
    '9',
    '2.10',
    'true',
    'False',
    '*',
    '%_\\',
    '"',
    "'",
    '`',
    '\n',
  ),
)

/** A value, as text, number, boolean or time before now. */
export const anyValue: fc.Arbitrary<FilterValue> = fc.oneof(
  text.map((value): FilterValue => ({ kind: 'string', value })),
  fc
    .oneof(
      fc.integer().map(String),
      fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
    )
    // the sign of zero is no text that people write
    .map((number): FilterValue => ({ kind: 'number', text: number })),
  fc.boolean().map((value): FilterValue => ({ kind: 'boolean', value })),
  fc.record({
    kind: fc.constant('ago' as const),
    amount: fc.nat(999_999_999),
    unit: fc.constantFrom('ms', 's', 'm', 'h', 'd', 'w'),
  }),
)

/** Any filter over attributes of any name. */
export const anyFilter: fc.Arbitrary<Filter> = filterOver(
  fc.oneof(
    fc.constantFrom(
      'a',
      'service.version',
      'k8s.io/x-y',
      'with space',
      'in',
      'Not',
      'true',
      'absent',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  ),
  () => anyValue,
)

/** Any filter over attributes of the given names, with the values that fit them. */
export function filterOver(
  names: fc.Arbitrary<string>,
  valueOf: (name: string) => fc.Arbitrary<FilterValue>,
): fc.Arbitrary<Filter> {
  const leaf: fc.Arbitrary<Filter> = names.chain((attribute) => {
    const value = valueOf(attribute)
    return fc.oneof<fc.Arbitrary<Filter>[]>(
      fc.record({
        kind: fc.constant('comparison' as const),
        attribute: fc.constant(attribute),
        operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
        value,
      }),
      fc.record({
        kind: fc.constant('in' as const),
        attribute: fc.constant(attribute),
        negated: fc.boolean(),
        values: fc.array(value, { minLength: 1, maxLength: 4 }),
      }),
      fc.record({
        kind: fc.constant('like' as const),
        attribute: fc.constant(attribute),
        negated: fc.boolean(),
        pattern: fc.oneof(text, fc.constantFrom('*', 'a*', '*b', '?', '1?', '\\*', 'a%', '_')),
      }),
      fc.constant<Filter>({ kind: 'absent', attribute }),
      fc.constant<Filter>({ kind: 'present', attribute }),
    )
  })
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc
        .array(tie('filter'), { minLength: 2, maxLength: 3 })
        .map((filters): Filter => ({ kind: 'and', filters })),
      fc
        .array(tie('filter'), { minLength: 2, maxLength: 3 })
        .map((filters): Filter => ({ kind: 'or', filters })),
      tie('filter').map((inner): Filter => ({ kind: 'not', filter: inner })),
    ),
  }))
  return filter
}
