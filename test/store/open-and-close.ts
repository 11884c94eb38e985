/** Opens a store and closes it, in a process of its own: `node open-and-close.ts FOLDER`. Prints the error, if any. */
import { AftergreenError } from '../../src/errors.ts'
import { openStore } from '../../src/store/store.ts'

try {
  const store = await openStore({ dataFolder: process.argv[2] ?? '', log: () => {} })
  await store.close()
  console.log('opened')
} catch (error) {
  console.log(error instanceof AftergreenError ? `${error.code} ${error.message}` : error)
}
