import type { OpenFile } from '../../src/cohorts/source/file-engine.ts'

/** Every row of a file, in its order. */
export function allRows(file: OpenFile): Promise<Record<string, unknown>[]> {
  return file.runner.rows(`SELECT * FROM ${file.from} ORDER BY ${file.rowNumber}`, {})
}
