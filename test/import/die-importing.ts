/**
 * Imports one span and is killed at a given moment: `node die-importing.ts FOLDER before|after|never`. `after`: the span
 * is stored and nobody remembers yet that it was imported. `before`: it is only intended.
 */
import { writeSync } from 'node:fs'
import { requestKey } from '../../src/store/imports/request-key.ts'
import { RequestMemory } from '../../src/store/imports/request-memory.ts'
import { defaultRetention } from '../../src/store/retention/retention-policy.ts'
import { openStore } from '../../src/store/store.ts'
import { exportRequest } from '../store/export-request.ts'

const [folder = '', moment = 'never'] = process.argv.slice(2)
const die = (): void => void process.kill(process.pid, 'SIGKILL')
type Change = (this: RequestMemory, keys: readonly string[]) => void
const { intend, remember } = Object.getOwnPropertyDescriptors(RequestMemory.prototype)
Object.assign(RequestMemory.prototype, {
  intend(this: RequestMemory, keys: readonly string[]) {
    Reflect.apply(intend.value as Change, this, [keys])
    if (keys.length > 0 && moment === 'before') die()
  },
  remember(this: RequestMemory, keys: readonly string[]) {
    if (keys.length > 0 && moment === 'after') die()
    Reflect.apply(remember.value as Change, this, [keys])
  },
})

const age = { traces: Infinity, logs: Infinity, metrics: Infinity }
const retention = { policy: { ...defaultRetention, age } }
const store = await openStore({ dataFolder: folder, retention, log: () => {} })
const imports = store.upkeep!.imports
const body = exportRequest([{ number: 7, time: 1_800_000_000_000 }])
const [known] = imports.known([requestKey('traces', body)])
const outcome = await imports.take('traces', [{ encoding: 'protobuf', body }])
await store.drained()
const [row] = await store.query<{ rows: number }>(
  `SELECT count() AS rows FROM ${store.database}.spans`,
)
writeSync(
  1,
  JSON.stringify({ known, accepted: outcome.accepted, duplicate: outcome.duplicate, ...row }),
)
await store.close()
