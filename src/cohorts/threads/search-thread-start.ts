/** The start of a thread of the cohort search: modules that are imported from here on are kept compiled. */
import { keepCompiled } from './keep-compiled.ts'

keepCompiled()
await import('./search-worker.ts')
