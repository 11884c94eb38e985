/**
 * Mutation fuzzing of the OTLP reader and the receiver.
 *
 *   npm run fuzz -- [--payloads 1000000] [--seed 1] [--seconds N] [--json]
 *
 * Exit codes: 0 nothing failed, 1 something failed, 2 too few payloads were read to say, 64 wrong usage, 70 internal error.
 */
import { parseArgs } from 'node:util'
import { faults } from './faults.ts'
import { printReport } from './print-report.ts'
import { runFuzz } from './run-fuzz.ts'

const help = `npm run fuzz -- [options]

Mutates valid OTLP requests and sends them through the reader, the encoder of blocks and the receiver.

  --payloads N   how many (default 1000000)
  --seed N       another seed makes other ones (default 1)
  --seconds N    stop after so long
  --json         print one JSON document

Exit codes: 0 nothing failed, 1 something failed, 2 none were read, 64 wrong usage, 70 internal error`

function readArguments() {
  const { values } = parseArgs({
    options: {
      payloads: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      // plants a failure, to see that it is found
      plant: { type: 'string' },
    },
  })
  const number = (name: string, text: string): number => {
    if (/^\d{1,10}$/.test(text)) return Number(text)
    throw new TypeError(`--${name} must be a whole number.`)
  }
  const plant = faults.find((fault) => fault === values.plant)
  if (values.plant !== undefined && plant === undefined) {
    throw new TypeError(`--plant must be one of ${faults.join(', ')}.`)
  }
  return {
    ...values,
    plant,
    payloads: number('payloads', values.payloads),
    seed: number('seed', values.seed),
    ...(values.seconds === undefined ? {} : { limit: number('seconds', values.seconds) }),
  }
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readArguments>
  try {
    options = readArguments()
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`)
    return 64
  }
  if (options.help) {
    console.log(help)
    return 0
  }
  let told = 0
  const report = await runFuzz({
    payloads: options.payloads,
    seed: options.seed,
    plant: options.plant,
    ...(options.limit === undefined ? {} : { seconds: options.limit }),
    onProgress: (done) => {
      if (Date.now() - told < 10_000) return
      told = Date.now()
      console.error(`${done} of ${options.payloads} payloads`)
    },
  })
  if (options.json) console.log(JSON.stringify(report))
  else printReport(report)
  if (Object.values(report.failures).some((count) => count > 0)) return 1
  return report.payloads > 0 ? 0 : 2
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error)
  return 70
})
