/**
 * The embedded engine's process: turns the library into a ClickHouse server on loopback. Run by the same Node as the
 * product with the library's path and the engine's arguments; nothing else imports it.
 *
 * The call never returns while the engine runs, so it has a thread of its own, and this event loop stays free to watch
 * standard input: it ends when the parent is gone, however the parent went, and then the engine must go too.
 */
import { DataType, load, open } from 'ffi-rs'

const [library, ...engineArguments] = process.argv.slice(2)
if (library === undefined) throw new Error('usage: engine-child LIBRARY ENGINE_ARGUMENT...')

// SIGKILL, not exit(): the library's exit handlers wait for its threads, and its storage does not need them
const leave = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
process.stdin.on('end', leave).on('close', leave).on('error', leave).resume()

open({ library: 'chdb', path: library })
await load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [engineArguments.length, engineArguments],
  runInNewThread: true,
})
// it printed why to standard error
leave()
