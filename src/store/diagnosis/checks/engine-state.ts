import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Does the engine run? */
export function engineState({ health: { engine } }: Figures): Diagnosis[] {
  const what = engine.kind === 'embedded' ? 'The embedded engine' : 'The ClickHouse server'
  if (engine.state !== 'ready') {
    const why = engine.problem === '' ? '' : `: ${engine.problem}`
    const advice =
      engine.kind === 'embedded'
        ? 'It is started again by itself; if it keeps ending, read engine/engine.log in the data folder.'
        : 'Look at that server; what arrives meanwhile waits in the spool.'
    return [wrong('engine', `${what} is not ready (${engine.state})${why}.`, advice)]
  }
  if (engine.restarts > 2) {
    return [
      wrong(
        'engine',
        `${what} was started again ${engine.restarts} times since the server started.`,
        'Read engine/engine.log in the data folder; more memory (AFTERGREEN_ENGINE_MEMORY, in bytes) is the usual remedy.',
      ),
    ]
  }
  return [fine('engine', `${what} is ready, version ${engine.version}.`)]
}
