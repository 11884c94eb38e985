import { StringDecoder } from 'node:string_decoder'
import { fileError, type RowFile } from './file-format.ts'
import {
  countedRow,
  distinctNames,
  type FilePlan,
  maxFileColumns,
  type PlannedColumn,
} from './file-plan.ts'
import { JsonShape } from './json-shape.ts'
import { textBytes } from './text-bytes.ts'

/**
 * The columns of a file of JSON lines, decided by all of its lines: nested objects become columns with dots, lists
 * become text.
 * @throws FILE_FORMAT
 */
export async function jsonPlan(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): Promise<FilePlan> {
  const shape = new JsonShape()
  let rows = 0
  let hasNaN = false
  for await (const { text, line } of lines(file, signal, onRead)) {
    const read = objectOf(file, text, line)
    shape.add(read.object)
    hasNaN ||= read.hasNaN
    rows++
    if (shape.columns > maxFileColumns) {
      throw fileError(
        file.name,
        `has more than ${maxFileColumns} different names up to line ${line}`,
        'Names that are values (ids as keys) cannot be compared: write them as values.',
      )
    }
  }
  if (rows === 0) throw fileError(file.name, 'has no rows', 'One JSON object a line was expected.')
  const notes: string[] = []
  const { columns, structure } = shape.plan(rows, notes)
  const names = distinctNames(
    file,
    columns.map((column) => column.name),
    notes,
  )
  return {
    format: 'JSONEachRow',
    structure,
    settings: {
      input_format_json_read_numbers_as_strings: 1,
      input_format_json_read_bools_as_strings: 1,
      input_format_json_read_objects_as_strings: 1,
      input_format_json_read_arrays_as_strings: 1,
      input_format_json_defaults_for_missing_elements_in_named_tuple: 1,
      input_format_null_as_default: 1,
    },
    columns: columns.map((column, index): PlannedColumn => ({ ...column, name: names[index]! })),
    // a bare NaN is read as a number, but not passed over
    hasSeparateColumns: !hasNaN,
    rowNumber: countedRow,
    rows,
    notes,
  }
}

function objectOf(
  file: RowFile,
  text: string,
  line: number,
): { object: Record<string, unknown>; hasNaN: boolean } {
  let value: unknown
  let hasNaN = false
  try {
    value = JSON.parse(text)
  } catch {
    try {
      // not JSON, but several languages write it
      value = JSON.parse(withoutNaN(text))
      hasNaN = true
    } catch {
      throw fileError(
        file.name,
        `has no JSON in line ${line}`,
        text.startsWith('{')
          ? 'One JSON object a line was expected; jq -c . makes that of objects over several lines.'
          : 'One JSON object a line was expected.',
      )
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { object: value as Record<string, unknown>, hasNaN }
  }
  const what = Array.isArray(value) ? 'a list' : 'a single value'
  throw fileError(
    file.name,
    `has ${what} in line ${line}`,
    'One JSON object a line was expected; jq -c ".[]" makes that of a list.',
  )
}

function withoutNaN(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
    part.startsWith('"') ? part : '0.5',
  )
}

async function* lines(
  file: RowFile,
  signal?: AbortSignal,
  onRead?: (done: number) => void,
): AsyncGenerator<{ text: string; line: number }> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let line = 0
  for await (const chunk of textBytes(file, signal, onRead)) {
    const parts = (rest + decoder.write(chunk)).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      line++
      const text = line === 1 ? part.replace(/^\uFEFF/, '') : part
      if (!isBlank(text)) yield { text, line }
    }
  }
  rest += decoder.end()
  if (!isBlank(rest))
    yield { text: line === 0 ? rest.replace(/^\uFEFF/, '') : rest, line: line + 1 }
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
