/** Says whether checkout can start with the environment that it is given, and ends: what is run before an instance gets traffic. */
import { readConfig } from './config.ts'

try {
  readConfig()
  process.stdout.write('checkout can start\n')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
