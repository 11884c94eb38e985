/** Narrows a test command to the files that matter, where its runner takes files as arguments. Pure. */
import type { CommandWords } from '../process/run-command.ts'

export interface TestSelection {
  command: CommandWords
  /** Each test file has its modules for itself: what another file loads first cannot hide from these. */
  isolated: boolean
}

interface Runner {
  /** Words that stay, before options and files: `vitest run`. */
  words: string[]
  rest: string[]
  isolated: (rest: readonly string[]) => boolean
  /** Options that have their value in the next word. */
  valued: RegExp
  /** Put before the files. */
  before?: string
}

/** What every runner and shell takes as a plain path: no pattern, no option. */
const plainPath = /^[\w@+][\w./@+-]*$/
/** A script that is one command, without anything a shell would do to it. */
const plainScript = /^[\w./@:=+,-]+(?: +[\w./@:=+,-]+)*$/

const nodeValued =
  /^(?:-r|-C|--(?:import|require|loader|experimental-loader|conditions|env-file|env-file-if-exists|test-(?:name-pattern|skip-pattern|reporter|reporter-destination|concurrency|shard|timeout|global-setup)))$/
const vitestValued =
  /^(?:-c|-t|-r|--(?:config|root|dir|environment|reporter|outputFile|project|pool|testNamePattern|testTimeout|hookTimeout|retry|shard|mode|maxWorkers|minWorkers|bail))$/
const jestValued =
  /^(?:-c|-w|-t|--(?:config|maxWorkers|testNamePattern|testTimeout|env|rootDir|reporters|coverageDirectory|shard|seed))$/
const mochaValued =
  /^(?:-r|-R|-t|-g|-f|-u|-O|-n|--(?:require|reporter|timeout|grep|fgrep|ui|reporter-options?|config|package|extension|ignore|exclude|retries|jobs|loader|import))$/
const pytestValued =
  /^(?:-k|-m|-p|-c|-o|-W|-n|--(?:rootdir|maxfail|tb|cov|cov-report|cov-config|durations|timeout|junitxml|dist|confcutdir|basetemp|ignore|deselect|log-level|color|import-mode))$/

/**
 * The command with `files` in place of the files, folders and patterns that it has; undefined = that cannot be done, and
 * the whole command has to run.
 *
 * @param files paths from the folder that the command runs in
 * @param scripts of `package.json`, for `npm test`
 */
export function selectTests(
  command: readonly string[],
  files: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
): TestSelection | undefined {
  if (files.length === 0 || !files.every((file) => plainPath.test(file))) return undefined
  const script = scriptOf(command)
  if (script !== undefined) {
    const text = Object.hasOwn(scripts, script.name) ? scripts[script.name]! : ''
    if (!plainScript.test(text.trim())) return undefined
    const words = [...text.trim().split(/ +/), ...script.args]
    const runner = runnerOf(words)
    // the script's own words cannot be taken away
    if (runner === undefined || withoutFiles(runner)?.length !== runner.rest.length)
      return undefined
    const before = runner.before === undefined ? [] : [runner.before]
    const added = [...script.args, ...before, ...files]
    return { command: [...script.words, ...added], isolated: runner.isolated(runner.rest) }
  }
  const runner = runnerOf(command)
  const options = runner === undefined ? undefined : withoutFiles(runner)
  if (runner === undefined || options === undefined) return undefined
  const before = runner.before === undefined ? [] : [runner.before]
  const [program, ...args] = [...runner.words, ...options, ...before, ...files]
  if (program === undefined) return undefined
  return { command: [program, ...args], isolated: runner.isolated(runner.rest) }
}

function runnerOf(command: readonly string[]): Runner | undefined {
  const [first = '', second = ''] = command
  const program = baseName(first)
  if (/^(?:npx|bunx)$/.test(program) || (/^(?:yarn|pnpm)$/.test(program) && second !== 'run')) {
    return behind(command, 1)
  }
  if (/^node\d*$/.test(program)) {
    if (command.includes('--test')) {
      return {
        words: [first],
        rest: command.slice(1),
        isolated: (rest) => !rest.some((it) => /^--(?:experimental-)?test-isolation/.test(it)),
        valued: nodeValued,
      }
    }
    return /\.[cm]?js$/.test(second) ? behind(command, 1) : undefined
  }
  if (/^vitest(?:\.mjs)?$/.test(program)) {
    const verb = /^(?:run|related|watch|dev)$/.test(second) ? 1 : 0
    if (verb === 1 && second !== 'run') return undefined
    return {
      words: command.slice(0, 1 + verb),
      rest: command.slice(1 + verb),
      isolated: (rest) => !rest.some((it) => /isolate|^--config|^-c$/.test(it)),
      valued: vitestValued,
    }
  }
  if (/^jest(?:\.js)?$/.test(program)) {
    const rest = command.slice(1)
    return {
      words: [first],
      rest,
      isolated: () => true,
      valued: jestValued,
      before: '--runTestsByPath',
    }
  }
  if (/^_?mocha(?:\.[cm]?js)?$/.test(program)) {
    const rest = command.slice(1)
    return { words: [first], rest, isolated: () => false, valued: mochaValued }
  }
  if (/^(?:pytest|py\.test)$/.test(program)) {
    return { words: [first], rest: command.slice(1), isolated: () => false, valued: pytestValued }
  }
  if (/^python[\d.]*$/.test(program) && second === '-m') {
    const words = command.slice(0, 3)
    const rest = command.slice(3)
    const isolated = (): boolean => false
    if (command[2] === 'pytest') return { words, rest, isolated, valued: pytestValued }
    // `discover` makes another folder the first of the import path
    if (command[2] !== 'unittest' || rest[0] === 'discover') return undefined
    return { words, rest, isolated, valued: /^-k$/ }
  }
  return undefined
}

/** `npx vitest run`: what stands before the runner stays. */
function behind(command: readonly string[], count: number): Runner | undefined {
  const runner = runnerOf(command.slice(count))
  if (runner === undefined) return undefined
  return { ...runner, words: [...command.slice(0, count), ...runner.words] }
}

/** The options alone; undefined where it cannot be told which words are files. */
function withoutFiles({ rest, valued }: Runner): string[] | undefined {
  const options: string[] = []
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index]!
    if (word === '--') return undefined
    if (!word.startsWith('-')) continue
    options.push(word)
    const next = rest[index + 1]
    if (valued.test(word)) {
      if (next === undefined) return undefined
      options.push(next)
      index++
    } else if (next !== undefined && !next.startsWith('-') && !isSwitch(word)) return undefined
  }
  return options
}

/** Options that are known to have no value, or that have it in the same word. */
const isSwitch = (word: string): boolean =>
  word.includes('=') ||
  /^-[A-Za-z]$/.test(word) ||
  /^--(?:test|test-force-exit|test-only|experimental-[\w-]+|no-[\w-]+|enable-source-maps|run|silent|verbose|ci|coverage|passWithNoTests|runInBand|forceExit|detectOpenHandles|globals|exit|recursive|quiet|strict-markers|failfast|buffer|locals)$/.test(
    word,
  )

/** `npm test -- --bail`: the script, the words that start it, and the arguments that it is given. */
function scriptOf(
  command: readonly string[],
): { name: string; words: [string, ...string[]]; args: string[] } | undefined {
  const [first = '', second = '', third = ''] = command
  const program = baseName(first)
  if (!/^(?:npm|pnpm|yarn)$/.test(program)) return undefined
  const named = second === 'run' || second === 'run-script'
  if (!named && second !== 'test' && second !== 't') return undefined
  const name = named ? third : 'test'
  const count = named ? 3 : 2
  const rest = command.slice(count)
  const words: [string, ...string[]] = [first, ...command.slice(1, count)]
  if (rest.length > 0 && rest[0] !== '--') return { name: '', words, args: [] }
  // npm keeps for itself what stands before the hyphens
  return { name, words: program === 'npm' ? [...words, '--'] : words, args: rest.slice(1) }
}

const baseName = (path: string): string =>
  path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .replace(/\.(?:exe|cmd)$/, '')
