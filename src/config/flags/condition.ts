/** When a rule of a flag holds: a tree of tests, the same for every platform. Pure. */

export type TestOperator =
  | 'in'
  | 'starts-with'
  | 'ends-with'
  | 'contains'
  | 'matches'
  | 'less'
  | 'at-most'
  | 'more'
  | 'at-least'
  | 'present'
  | 'other'

export interface Test {
  is: 'test'
  attribute: string
  operator: TestOperator
  /** Of `less` and its like the first counts; of all others one of them is enough. */
  values: readonly Scalar[]
  /** What the test says where the attribute is missing; it differs between platforms. */
  whenMissing: boolean
  ignoreCase?: boolean
  /** With `in`: equal as numbers, `12` and `12.0`. */
  numeric?: boolean
  /** With `other`: the platform's own name, `SEMVER_GT`. */
  text?: string
}

export type Scalar = string | number | boolean

export type Condition =
  | Test
  | { is: 'all'; of: readonly Condition[] }
  | { is: 'any'; of: readonly Condition[] }
  | { is: 'not'; of: Condition }
  | { is: 'always' }
  | { is: 'never'; why: string }
  /** Something that only the platform can tell. */
  | { is: 'opaque'; text: string }

export type Context = ReadonlyMap<string, Scalar>

/** undefined = it cannot be told. */
export function holds(condition: Condition, context: Context): boolean | undefined {
  switch (condition.is) {
    case 'always':
      return true
    case 'never':
      return false
    case 'opaque':
      return undefined
    case 'not': {
      const inner = holds(condition.of, context)
      return inner === undefined ? undefined : !inner
    }
    case 'all':
    case 'any': {
      const decisive = condition.is === 'any'
      const answers = condition.of.map((part) => holds(part, context))
      if (answers.includes(decisive)) return decisive
      return answers.includes(undefined) ? undefined : !decisive
    }
    case 'test':
      break
  }
  return passes(condition, context.get(condition.attribute))
}

function passes(test: Test, given: Scalar | undefined): boolean | undefined {
  if (given === undefined) return test.whenMissing
  const { operator, values } = test
  const [first] = values
  switch (operator) {
    case 'present':
      return true
    case 'other':
    case 'matches':
      return undefined
    case 'less':
      return first === undefined ? false : compare(given, first) < 0
    case 'at-most':
      return first === undefined ? false : compare(given, first) <= 0
    case 'more':
      return first === undefined ? false : compare(given, first) > 0
    case 'at-least':
      return first === undefined ? false : compare(given, first) >= 0
    case 'in':
    case 'starts-with':
    case 'ends-with':
    case 'contains':
      break
  }
  const fold = (value: Scalar): string =>
    test.ignoreCase ? String(value).toLowerCase() : String(value)
  const text = fold(given)
  return values.some((value) => {
    if (test.numeric) return compare(given, value) === 0
    const wanted = fold(value)
    if (operator === 'in') return text === wanted
    if (operator === 'starts-with') return text.startsWith(wanted)
    return operator === 'ends-with' ? text.endsWith(wanted) : text.includes(wanted)
  })
}

/** As numbers, times or texts, by what the bound is; NaN, with which every comparison is false, where that fails. */
function compare(given: Scalar, bound: Scalar): number {
  if (!Number.isNaN(Number(bound))) return Number(given) - Number(bound)
  const time = Date.parse(String(bound))
  if (!Number.isNaN(time)) return Date.parse(String(given)) - time
  return String(given) < String(bound) ? -1 : String(given) > String(bound) ? 1 : 0
}

/** A bound where a missing attribute counts as 0, as JavaScript has it. */
export function boundedTest(attribute: string, operator: TestOperator, bound: Scalar): Condition {
  const test: Test = { is: 'test', attribute, operator, values: [bound], whenMissing: false }
  return { ...test, whenMissing: typeof bound === 'number' && passes(test, 0) === true }
}

/** Attributes that a condition asks for. */
export function attributesOf(condition: Condition): Set<string> {
  const found = new Set<string>()
  const enter = (part: Condition): void => {
    if (part.is === 'test') found.add(part.attribute)
    else if (part.is === 'not') enter(part.of)
    else if (part.is === 'all' || part.is === 'any') part.of.forEach(enter)
  }
  enter(condition)
  return found
}

/** A context in which the condition holds; undefined where none is found (it may still exist). */
export function contextFor(condition: Condition): Context | undefined {
  const context = new Map<string, Scalar>()
  if (!meet(condition, true, context)) return undefined
  return holds(condition, context) === true ? context : undefined
}

function meet(condition: Condition, wanted: boolean, context: Map<string, Scalar>): boolean {
  switch (condition.is) {
    case 'always':
      return wanted
    case 'never':
      return !wanted
    case 'opaque':
      return false
    case 'not':
      return meet(condition.of, !wanted, context)
    case 'all':
    case 'any':
      if ((condition.is === 'all') === wanted) {
        return condition.of.every((part) => meet(part, wanted, context))
      }
      return condition.of.some((part) => {
        const before = new Map(context)
        if (meet(part, wanted, context)) return true
        context.clear()
        for (const [name, value] of before) context.set(name, value)
        return false
      })
    case 'test':
      break
  }
  const known = context.get(condition.attribute)
  if (known !== undefined) return passes(condition, known) === wanted
  if (condition.whenMissing === wanted) return true
  const found = candidatesOf(condition).find((value) => passes(condition, value) === wanted)
  if (found === undefined) return false
  context.set(condition.attribute, found)
  return true
}

function candidatesOf({ values }: Test): Scalar[] {
  const near = values.slice(0, 50).flatMap((value): Scalar[] => {
    const number = Number(value)
    const time = Date.parse(String(value))
    if (!Number.isNaN(number)) return [value, number + 1, number - 1]
    if (!Number.isNaN(time))
      return [value, ...[-1, 1].map((s) => new Date(time + s * 1e3).toISOString())]
    return [value]
  })
  return [...near, 'any-other-value']
}

const most = 2000

/** Whether whoever meets `special` surely meets `general`; false where that is not plain to see. */
export function implies(special: Condition, general: Condition): boolean {
  if (general.is === 'always' || special.is === 'never') return true
  if (general.is === 'all') return general.of.every((part) => implies(special, part))
  if (general.is === 'any' && special.is !== 'any' && special.is !== 'all') {
    return general.of.length < most && general.of.some((part) => implies(special, part))
  }
  if (special.is === 'any')
    return special.of.length > 0 && special.of.every((part) => implies(part, general))
  if (special.is === 'all')
    return special.of.length < most && special.of.some((part) => implies(part, general))
  if (special.is === 'not' && general.is === 'not') return implies(general.of, special.of)
  if (special.is !== 'test' || general.is !== 'test') return false
  return testImplies(special, general)
}

function testImplies(special: Test, general: Test): boolean {
  if (special.attribute !== general.attribute) return false
  if (special.whenMissing && !general.whenMissing) return false
  if (special.operator === 'in') {
    if (special.ignoreCase && !general.ignoreCase) return false
    if (special.values.length * general.values.length > 1e6) return false
    return special.values.every((value) => passes(general, value) === true)
  }
  if (
    special.operator === general.operator &&
    ['less', 'at-most', 'more', 'at-least'].includes(special.operator)
  ) {
    const [a, b] = [special.values[0], general.values[0]]
    if (a === undefined || b === undefined) return false
    return special.operator === 'less' || special.operator === 'at-most'
      ? compare(a, b) <= 0
      : compare(a, b) >= 0
  }
  return JSON.stringify(special) === JSON.stringify(general)
}

/** Why nobody can meet a condition; undefined where somebody may. */
export function contradictionIn(condition: Condition): string | undefined {
  if (condition.is === 'never') return condition.why
  if (condition.is === 'test') {
    return condition.operator === 'in' && condition.values.length === 0 && !condition.whenMissing
      ? `${condition.attribute} must be one of no values`
      : undefined
  }
  if (condition.is === 'any') {
    const why = condition.of.map(contradictionIn)
    return condition.of.length > 0 && why.every((it) => it !== undefined) ? why[0] : undefined
  }
  if (condition.is !== 'all') return undefined
  for (const part of condition.of) {
    const why = contradictionIn(part)
    if (why !== undefined) return why
  }
  const tests = Map.groupBy(
    condition.of.filter((part) => part.is === 'test'),
    (it) => it.attribute,
  )
  for (const [attribute, found] of tests) {
    if (found.some(({ whenMissing }) => !whenMissing) && clash(found)) {
      return `no value of ${attribute} can meet all its tests`
    }
  }
  return undefined
}

/** Only where it is certain: a list of which no value passes the other tests, or bounds that exclude each other. */
function clash(tests: readonly Test[]): boolean {
  const list = tests.find(({ operator, ignoreCase }) => operator === 'in' && !ignoreCase)
  if (list !== undefined) {
    return list.values.every((value) => tests.some((test) => passes(test, value) === false))
  }
  const low = tests.filter(({ operator }) => operator === 'more' || operator === 'at-least')
  const high = tests.filter(({ operator }) => operator === 'less' || operator === 'at-most')
  return low.some((a) =>
    high.some((b) => {
      const gap = compare(a.values[0] ?? '', b.values[0] ?? '')
      return gap > 0 || (gap === 0 && (a.operator === 'more' || b.operator === 'less'))
    }),
  )
}
