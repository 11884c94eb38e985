/** The killer `tests`: runs those that read the key, with the mutant, and beside them what must pass without it. */
import type { Binding } from '../binding.ts'
import type { CommandWords } from '../process/run-command.ts'
import type { Mutant } from './mutant.ts'
import type { Baseline, RunContext } from './run-baseline.ts'
import { tracedRun } from './run-baseline.ts'
import { boundEnvironment, withMutant } from './run-environment.ts'
import type { Attempt } from './run-twice.ts'
import { attempt, hungAfterMs, runTwice } from './run-twice.ts'
import type { TestsOfKey } from './select-tests-of-keys.ts'
import { selectTests } from './select-tests.ts'

export interface TestsInput extends RunContext {
  command: CommandWords
  own: NodeJS.ProcessEnv
  bound: NodeJS.ProcessEnv
  bindings: ReadonlyMap<string, Binding>
  baseline: Baseline
  testsOf: (key: string) => TestsOfKey
  /** Of `package.json`. */
  scripts: Readonly<Record<string, string>>
  /** Always the whole command. */
  allTests: boolean
}

/** A run without a mutant. */
interface Control {
  passed: boolean
  seconds: number
  keys: ReadonlySet<string>
}

export interface TestsVerdict extends Attempt {
  /** Which command noticed it, and with which environment: the one that becomes suspicious or not. */
  unit?: string
}

export class MutatedTests {
  readonly #input: TestsInput
  readonly #controls = new Map<string, Promise<Control | undefined>>()
  /** Units that failed without a mutant, or once only: each failure of theirs needs a run beside it. */
  readonly #suspicious = new Set<string>()
  readonly #proved = new Set<string>()
  /** Units that noticed something after they last passed without a mutant, and the key that they noticed. */
  readonly #open = new Map<string, string>()

  constructor(input: TestsInput) {
    this.#input = input
  }

  /** Files of the tests that a change of the key concerns; undefined = all of them. */
  filesOf(key: string): readonly string[] | undefined {
    const told = this.#input.testsOf(key)
    if (told.kind === 'nobody') return []
    return told.kind === 'files' && !this.#input.allTests ? told.files : undefined
  }

  isSuspicious(unit: string): boolean {
    return this.#input.baseline.flaky || this.#suspicious.has(unit)
  }

  /** Undefined = it was stopped, and nothing is known. */
  async ask(mutant: Mutant): Promise<TestsVerdict | undefined> {
    const { command, scripts, allTests, testsOf } = this.#input
    const told = testsOf(mutant.key)
    if (told.kind === 'nobody' && !allTests) {
      return { fate: 'passed', detail: 'No test reads the key.', runs: 0 }
    }
    const env = withMutant(this.#baseOf(mutant.key), mutant)
    if (typeof env === 'string') return { fate: 'impossible', detail: env, runs: 0 }
    let runs = 0
    if (!allTests && told.kind === 'files') {
      const selected = selectTests(command, told.files, scripts)
      const control = selected && (await this.#control(selected.command, mutant.key))
      if (this.#input.stop.aborted) return undefined
      // a selection that does not read the key has not run the tests that it should
      if (selected && control?.passed === true && control.keys.has(mutant.key)) {
        const verdict = await this.#tried(selected.command, mutant, env, control)
        if (verdict === undefined || selected.isolated || verdict.fate !== 'passed') return verdict
        runs = verdict.runs
      }
    }
    const control = await this.#control(command, mutant.key)
    if (control === undefined || this.#input.stop.aborted) return undefined
    if (!control.passed) {
      const detail = 'The tests fail with its right value already.'
      return { fate: 'impossible', detail, runs }
    }
    const verdict = await this.#tried(command, mutant, env, control)
    return verdict && { ...verdict, runs: verdict.runs + runs }
  }

  /** At the end: what noticed something has to pass without a mutant still, or it is suspicious. */
  async close(): Promise<void> {
    for (const [unit, key] of this.#open) {
      const command = this.#commandOf(unit)
      const control = await this.#control(command, key)
      if (control !== undefined) await this.#passes(command, key, control)
    }
    this.#open.clear()
  }

  /** Once more with the mutant and once without: whether a failure that was believed before still can be. */
  async again(mutant: Mutant, unit: string): Promise<boolean | undefined> {
    const command = this.#commandOf(unit)
    const env = withMutant(this.#baseOf(mutant.key), mutant)
    const control = await this.#control(command, mutant.key)
    if (control === undefined || typeof env === 'string') return undefined
    const failed = await this.#once(command, env, control)
    const passed =
      failed?.fate === 'noticed' ? await this.#passes(command, mutant.key, control) : false
    return this.#input.stop.aborted || failed === undefined ? undefined : passed
  }

  async #tried(
    command: CommandWords,
    { key }: Mutant,
    env: NodeJS.ProcessEnv,
    control: Control,
  ): Promise<TestsVerdict | undefined> {
    const unit = this.#unit(command, key)
    const verdict = await runTwice(() => this.#once(command, env, control))
    if (verdict === undefined) return undefined
    if (verdict.fate === 'unstable') this.#suspicious.add(unit)
    if (verdict.fate !== 'noticed') return verdict
    const proved = this.#proved.has(unit) && !this.isSuspicious(unit)
    if (proved) this.#open.set(unit, key)
    else {
      const passed = await this.#passes(command, key, control)
      if (passed === undefined) return undefined
      if (!passed) {
        const detail = 'The tests failed with it twice, and then without it too.'
        return { fate: 'unstable', detail, runs: verdict.runs }
      }
    }
    return { ...verdict, unit }
  }

  /** Without the mutant, now. */
  async #passes(
    command: CommandWords,
    key: string,
    control: Control,
  ): Promise<boolean | undefined> {
    const unit = this.#unit(command, key)
    const verdict = await this.#once(command, this.#baseOf(key), control)
    if (verdict === undefined) return undefined
    if (verdict.fate === 'passed') this.#proved.add(unit)
    else this.#suspicious.add(unit)
    return verdict.fate === 'passed'
  }

  #once(
    command: CommandWords,
    env: NodeJS.ProcessEnv,
    { seconds }: Control,
  ): Promise<Attempt | undefined> {
    const timeoutMs = hungAfterMs(seconds)
    return attempt(this.#input, { command, env, timeoutMs, called: 'tests' })
  }

  /** What tests are run with that are not to fail. */
  #baseOf(key: string): NodeJS.ProcessEnv {
    const { own, bound, bindings, baseline } = this.#input
    if (baseline.mode === 'all') return bound
    const binding = bindings.get(key)
    return binding === undefined ? own : boundEnvironment(own, [binding]).env
  }

  #unit(command: CommandWords, key: string): string {
    return JSON.stringify([this.#input.baseline.mode === 'all' ? '' : key, ...command])
  }

  #commandOf(unit: string): CommandWords {
    const [, program = '', ...args] = JSON.parse(unit) as string[]
    return [program, ...args]
  }

  /** Each command once, and where keys are set alone each key too. Undefined = it was stopped. */
  async #control(command: CommandWords, key: string): Promise<Control | undefined> {
    const unit = this.#unit(command, key)
    const known = this.#controls.get(unit)
    if (known !== undefined) return known
    const made = this.#makeControl(command, key)
    this.#controls.set(unit, made)
    return made
  }

  async #makeControl(command: CommandWords, key: string): Promise<Control | undefined> {
    const { baseline, stop } = this.#input
    const whole = command.join('\0') === this.#input.command.join('\0')
    if (whole && baseline.mode === 'all') {
      return { passed: true, seconds: baseline.seconds, keys: new Set() }
    }
    const timeoutMs = 2 * hungAfterMs(baseline.seconds)
    const end = await tracedRun(this.#input, command, this.#baseOf(key), timeoutMs)
    if (stop.aborted) return undefined
    const reads = end.trace.processes.flatMap((process) => process.reads)
    return {
      passed: end.exitCode === 0,
      seconds: end.seconds,
      keys: new Set(reads.map((read) => read.key)),
    }
  }
}
