import { decodeMessage, requestTypes } from '../../src/otlp/testing/otlp-proto.ts'
import { toJson } from '../../src/otlp/testing/to-json.ts'
import { openStore } from '../../src/store/store.ts'
import { runCommand } from '../cli/run-command.ts'
import { exportRequest } from '../store/export-request.ts'

export const now = Date.now()
export const request = (number: number, filler = ''): Buffer =>
  exportRequest([{ number, time: now - number, ...(filler !== '' && { attributes: { filler } }) }])
export const line = (body: Buffer): string =>
  `${toJson(decodeMessage(requestTypes.traces, body))}\n`

/** Counts of spans by number of copies: `{ 1: 30 }` where thirty are there once. */
export async function copies(data: string): Promise<Record<string, number>> {
  const store = await openStore({ dataFolder: data, log: () => {} })
  try {
    await store.drained()
    const rows = await store.query<{ copies: number; spans: number }>(
      `SELECT copies, count() AS spans FROM (
         SELECT count() AS copies FROM ${store.database}.spans WHERE time > now() - 86400 GROUP BY name) GROUP BY copies`,
    )
    return Object.fromEntries(rows.map(({ copies, spans }) => [copies, spans]))
  } finally {
    await store.close()
  }
}

export async function imported(
  args: string[],
  env: Record<string, string> = {},
): Promise<Imported> {
  const { code, out, err } = await runCommand(['import', '--json', ...args], env)
  if (out === '') throw new Error(err)
  return { code, err, ...(JSON.parse(out) as Omit<Imported, 'code' | 'err'>) }
}
export interface Imported {
  code: number | null
  err: string
  requests: number
  accepted: number
  duplicate: number
  tooOld: number
  bad: number
  files: { problems: { where: string; message: string }[] }[]
}
