import { Command, Option } from 'commander'

import { type Scenario, scenarios } from '../demo-scenario.ts'
import { exitCodeHelp } from '../exit-code.ts'
import { parseDuration, parsePort, parseWholeNumber } from '../parse-option.ts'

interface DemoFlags {
  exit?: true
  json?: true
  seed: number
  scenario: Scenario
  port: number
  otlpPort: number
  data?: string
  duration?: number
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a small shop releases a version with two faults that no dashboard shows')
    .option('--exit', "end with the verdict's exit code instead of keeping the page up")
    .option('--json', 'print one JSON document on standard output')
    .option('--seed <number>', 'customers and their plans', parseWholeNumber, 1)
    .addOption(
      new Option('--scenario <name>', 'what happens, as listed below')
        .choices(scenarios)
        .default('faulty'),
    )
    .option('--port <port>', 'API and pages; 0 takes any free port', parsePort, 4319)
    .option('--otlp-port <port>', 'OTLP over HTTP; 0 takes any free port', parsePort, 4318)
    .option('--data <dir>', 'keep the data in this folder instead of a temporary one')
    .option('--duration <time>', 'how long customers come, such as 75s', parseDuration)
    .addHelpText(
      'after',
      `
Scenarios:
  faulty            the new version has two faults that no dashboard shows
  healthy           it has none
  config            it has none, and the configuration that comes with it has one
  late              it begins to fail a minute after it has got all traffic
  fix-breaks-other  it ends an incident, and breaks something else
  canary-1pct       it has a fault, and gets a hundredth of the sessions: hold, with what cannot be seen

Examples:
  aftergreen demo
  aftergreen demo --exit --seed 7
  aftergreen demo --scenario healthy --json --exit
  aftergreen demo --scenario config --exit

${exitCodeHelp}`,
    )
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('../../../demo/run.ts')
      process.exitCode = await runDemo({
        seed: flags.seed,
        exit: flags.exit === true,
        json: flags.json === true,
        scenario: flags.scenario,
        port: flags.port,
        otlpPort: flags.otlpPort,
        ...(flags.data !== undefined && { dataFolder: flags.data }),
        ...(flags.duration !== undefined && { duration: flags.duration / 1000 }),
      })
    })
}
