import { keepCompiled } from '../cohorts/threads/keep-compiled.ts'

keepCompiled()
const { runCli } = await import('./run-cli.ts')
const { processTerminal } = await import('./terminal.ts')

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

// Set but empty means not set, as everywhere else.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('AFTERGREEN_') && value === '') delete process.env[name]
}

await runCli(process.argv.slice(2), processTerminal())
