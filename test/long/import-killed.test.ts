import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../store/temporary-folder.ts'

test.each([
  ['after', { known: true, accepted: 0, duplicate: 1, rows: 1 }],
  ['before', { known: false, accepted: 1, duplicate: 0, rows: 1 }],
])(
  'killed %s storing and before remembering, and started again a month later',
  async (moment, expected) => {
    const folder = path.join(await temporaryFolder(), 'data')
    const script = path.join(import.meta.dirname, '..', 'import', 'die-importing.ts')
    expect(spawnSync(process.execPath, [script, folder, moment]).signal).toBe('SIGKILL')
    const shift = 'const { now } = Date; Date.now = () => now() + 30 * 86_400_000'
    const later = `--import=data:text/javascript,${encodeURIComponent(shift)}`
    const run = spawnSync(process.execPath, [later, script, folder, 'never'], { encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(JSON.parse(run.stdout)).toEqual(expected)
  },
)
