import { parseInstant } from '../../ask/filter/instant.ts'
import { quotedIdentifier } from '../../store/sql-text.ts'
import { nestedColumn, type PlannedColumn, truthOf } from './file-plan.ts'

/** Objects inside objects that become columns; what is deeper is text. */
const maxDepth = 8

/** What was seen under one name. */
interface Field {
  numbers: number
  truths: number
  texts: number
  /** Texts that are times. */
  times: number
  lists: number
  /** Empty texts, which are absent. */
  empty: number
  /** Whole numbers that a double cannot hold. */
  large: number
  children: Map<string, Field>
  objects: number
}

/** The names, types and nesting of the objects of a file, one line after the other. */
export class JsonShape {
  readonly #root: Field = newField()
  /** Names seen so far. */
  columns = 0

  add(object: Record<string, unknown>): void {
    this.#addObject(this.#root, object, 0)
  }

  /** Columns in the order of their first appearance, and the types by which the engine reads the lines. */
  plan(rows: number, notes: string[]): { columns: PlannedColumn[]; structure: string } {
    const columns: PlannedColumn[] = []
    const structure: string[] = []
    for (const [key, field] of this.#root.children) {
      const type = typeOf(field, [key], rows, columns, notes)
      structure.push(`${quotedIdentifier(key)} ${type}`)
    }
    return { columns, structure: structure.join(', ') }
  }

  #addObject(field: Field, object: Record<string, unknown>, depth: number): void {
    for (const key in object) {
      let child = field.children.get(key)
      if (child === undefined) {
        child = newField()
        field.children.set(key, child)
        this.columns++
      }
      this.#addValue(child, object[key], depth + 1)
    }
  }

  #addValue(field: Field, value: unknown, depth: number): void {
    if (typeof value === 'number') {
      field.numbers++
      if (Number.isInteger(value) && Math.abs(value) > 2 ** 53) field.large++
    } else if (typeof value === 'string') {
      if (value === '') field.empty++
      else field.texts++
      if (isTime(value)) field.times++
    } else if (typeof value === 'boolean') field.truths++
    else if (Array.isArray(value) || (value !== null && depth > maxDepth)) field.lists++
    else if (value !== null) {
      field.objects++
      this.#addObject(field, value as Record<string, unknown>, depth)
    }
  }
}

function newField(): Field {
  return {
    numbers: 0,
    truths: 0,
    texts: 0,
    times: 0,
    lists: 0,
    empty: 0,
    large: 0,
    objects: 0,
    children: new Map(),
  }
}

/** The engine's type of a field; its columns are added to `columns`. */
function typeOf(
  field: Field,
  path: readonly string[],
  rows: number,
  columns: PlannedColumn[],
  notes: string[],
): string {
  const name = path.join('.')
  const sql = nestedColumn(path)
  const { numbers, truths, texts, times, lists, objects, empty } = field
  const values = numbers + truths + texts + lists
  if (objects > 0 && values + empty === 0 && field.children.size > 0) {
    const parts = [...field.children].map(
      ([key, child]) =>
        `${quotedIdentifier(key)} ${typeOf(child, [...path, key], rows, columns, notes)}`,
    )
    return `Tuple(${parts.join(', ')})`
  }
  const total = values + objects
  if (numbers === total && numbers > 0 && field.large === 0) {
    const hasAll = numbers === rows
    const number = empty > 0 ? `toFloat64OrNull(${sql})` : sql
    columns.push({
      name,
      type: 'number',
      sql: hasAll ? `assumeNotNull(${number})` : number,
      storage: hasAll ? 'Float64' : 'Nullable(Float64)',
    })
    return empty > 0 ? 'Nullable(String)' : 'Nullable(Float64)'
  }
  if (truths === total && truths > 0) {
    const truth = empty > 0 ? truthOf(sql) : sql
    columns.push({ name, type: 'bool', sql: truth, storage: 'Nullable(Bool)' })
    return empty > 0 ? 'Nullable(String)' : 'Nullable(Bool)'
  }
  if (times === total && times > 0) {
    columns.push({
      name,
      type: 'time',
      sql: `parseDateTime64BestEffortOrNull(${sql}, 9, 'UTC')`,
      storage: "Nullable(DateTime64(9, 'UTC'))",
    })
    return 'Nullable(String)'
  }
  if (numbers > 0 && field.large > 0 && numbers === total) {
    notes.push(`${name} holds very large whole numbers: it is compared as text.`)
  } else if (objects > 0 && values > 0) {
    notes.push(`${name} is an object in some rows and a value in others: it is compared as text.`)
  } else if (numbers > 0 && texts + truths > 0) {
    notes.push(`${name} holds numbers and other text: it is compared as text.`)
  } else if (lists > 0) notes.push(`${name} holds lists: they are compared as text.`)
  columns.push({ name, type: 'string', sql: `nullIf(${sql}, '')`, storage: 'Nullable(String)' })
  return 'Nullable(String)'
}

function isTime(text: string): boolean {
  return (
    text.length >= 10 && text.length <= 40 && text[4] === '-' && parseInstant(text) !== undefined
  )
}
