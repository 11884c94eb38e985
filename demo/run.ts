import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verdictExitCode } from '../src/cli/exit-code.ts'
import { processTerminal } from '../src/cli/terminal.ts'
import { AftergreenError } from '../src/errors.ts'
import type { Evidence, Verdict } from '../src/releases/verdict.ts'
import type { CustomersReport } from './customers/report.ts'
import { type DemoServer, reachServer } from './run/api.ts'
import { type Child, ChildProcesses } from './run/child-processes.ts'
import { choosePort } from './run/choose-port.ts'
import { dashboardPanel, verdictPanel } from './run/panels.ts'
import { playStory } from './run/play-story.ts'
import { openProgress, type Progress } from './run/progress.ts'
import { type IncidentAnswer, openDemoIncident } from './run/incident.ts'
import type { Scenario } from '../src/cli/demo-scenario.ts'
import { baselineVersion, candidateVersion, environmentName } from './run/names.ts'
import { type RenewedCheckout, type Shop, startCustomers, startShop } from './run/start-shop.ts'
import { storyOf } from './run/story.ts'
import { type Event, Timeline, type TimelineEntry, timelinePanel } from './run/timeline.ts'
import { runUnitTests } from './run/unit-tests.ts'
import { warmUp } from './run/warm-up.ts'
import { lastVerdict } from './run/watch-release.ts'
import {
  type DiffAnswer,
  makeWrongConfiguration,
  type WrongConfiguration,
} from './run/wrong-configuration.ts'

export interface DemoOptions {
  /** Customers, their plans and their luck. */
  seed: number
  /** End with the verdict's exit code, instead of keeping the page up until Ctrl-C. */
  exit: boolean
  /** Print one JSON document on standard output, and nothing else there. */
  json: boolean
  scenario: Scenario
  /** Left out: a temporary folder, removed at the end. */
  dataFolder?: string
  /** API and pages; 0 is any free port. */
  port?: number
  /** OTLP over HTTP; 0 is any free port. */
  otlpPort?: number
  /** How long both versions serve customers, in seconds. */
  duration?: number
}

/** What `--json` prints. */
export interface DemoResult {
  verdict: Verdict
  dashboard: Evidence['dashboard']
  /** From the start to the verdict. */
  seconds: number
  /** Requests that the customers sent to the storefront. */
  requests: number
  page: string
  customers: CustomersReport
  unitTests: number
  seed: number
  scenario: Scenario
  /** With the scenario `config`: what `config diff` said before the deployment, and what the verdicts said after it. */
  configuration?: { diff: DiffAnswer; timeline: TimelineEntry[] }
  /** With `late` and `fix-breaks-other`: what the verdicts said when, and what happened meanwhile. */
  story?: { events: Event[]; timeline: TimelineEntry[] }
  /** With `fix-breaks-other`: what `incident resolve` said. */
  incident?: { id: string; answers: IncidentAnswer[] }
}

const visitsPerSecond = 78
const interruptedExit = 130

/**
 * Releases a new version of a small shop on this machine, judges it, and says what a dashboard shows of it and what
 * Aftergreen does.
 * @returns the exit code: the verdict's with `exit`, else 0 when the page is closed; 130 when interrupted before
 * @throws PORT_IN_USE, DEMO_FAILED
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const began = performance.now()
  const terminal = processTerminal()
  const progress = openProgress(process.stderr, () => performance.now())
  const processes = new ChildProcesses()
  const interrupt = Promise.withResolvers<'interrupted'>()
  const stop = (): void => interrupt.resolve('interrupted')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const temporary =
    options.dataFolder === undefined ? await mkdtemp(join(tmpdir(), 'aftergreen-demo-')) : null
  let wrong: WrongConfiguration | null = null
  try {
    if (options.scenario === 'config') wrong = await makeWrongConfiguration()
    const dataFolder = options.dataFolder ?? temporary ?? ''
    const result = await Promise.race([
      release(processes, options, { dataFolder, wrong }, progress, began),
      interrupt.promise,
      processes.crashed,
    ])
    progress.end()
    if (result === 'interrupted') return interruptedExit
    const { colour, width } = terminal
    if (options.json) terminal.say(JSON.stringify(result, null, 2))
    else {
      const versions = { baseline: baselineVersion, candidate: candidateVersion }
      terminal.say(`\n${dashboardPanel(result.dashboard, versions, { colour: colour.out })}\n`)
      terminal.say(verdictPanel(result.verdict, { colour: colour.out, width }))
      const { story } = result
      if (story !== undefined) {
        terminal.say(
          `\n${timelinePanel(story.events, story.timeline, { colour: colour.out, width })}`,
        )
      }
    }
    if (options.exit) return verdictExitCode[result.verdict.verdict]
    progress.say(`\nThe page stays up until Ctrl-C: ${result.page}`)
    await Promise.race([interrupt.promise, processes.crashed])
    return 0
  } finally {
    progress.end()
    await processes.stopAll()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop)
    await wrong?.remove()
    if (temporary !== null) await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function release(
  processes: ChildProcesses,
  options: DemoOptions,
  { dataFolder, wrong }: { dataFolder: string; wrong: WrongConfiguration | null },
  progress: Progress,
  began: number,
): Promise<DemoResult> {
  const { seed, scenario } = options
  const [port, otlpPort] = await Promise.all([
    choosePort(options.port ?? 4319),
    choosePort(options.otlpPort ?? 4318),
  ])
  progress.say('Starting Aftergreen and a small shop.')
  const [server, shop, unitTests] = await Promise.all([
    startServer(processes, dataFolder, port, otlpPort),
    startShop(processes, { seed, otlpEndpoint: `http://127.0.0.1:${otlpPort}`, scenario }),
    runUnitTests(scenario),
  ])
  progress.say(`✔ ${unitTests} unit tests of checkout ${candidateVersion} passed.`)
  const customers = await startCustomers(processes, {
    seed,
    storefrontPort: shop.storefrontPort,
    visitsPerSecond,
  })
  const comeAt = new Date().toISOString()
  progress.say(`Customers come. All of them meet checkout ${baselineVersion} at first.`)
  const story = storyOf(scenario)
  const alone = sleep(1000 * story.beforeSeconds, undefined, { signal: processes.ending })
  const [prepared] = await Promise.all([
    wrong === null ? null : prepare(wrong, shop, options.json, progress),
    warmUp(shop.checkoutPorts, story.warmUp),
    alone,
  ])

  const about = { service: 'checkout', environment: environmentName } as const
  if (wrong !== null) {
    const running = await server.startRelease({
      ...about,
      version: baselineVersion,
      startedAt: comeAt,
    })
    await server.attachSnapshot(running.id, wrong.before)
  }
  const incident = scenario === 'fix-breaks-other' ? await openDemoIncident(server.url) : null
  if (incident !== null) progress.say(`Orders fail, and have for a while:\n${incident.said}`)
  const started = await server.startRelease({
    ...about,
    ...story.announced,
    ...(incident !== null && { incident: incident.id }),
    version: candidateVersion,
    baselineVersion,
    strategy: 'canary',
    candidateShare: story.share,
  })
  await prepared?.renewed.serve()
  await shop.route(story.share)
  if (wrong !== null) progress.say((await wrong.attach(server, started)).trimEnd())
  const timeline = new Timeline(Date.parse(started.startedAt))
  const page = server.page(started)
  progress.say(
    `checkout ${candidateVersion} is released to ${100 * story.share} % of the sessions: ${page}`,
  )
  const played = await playStory({
    scenario,
    server,
    shop,
    started,
    incident: incident?.id ?? null,
    timeline,
    progress,
    sent: () => reportOf(customers)?.requests ?? 0,
    seconds: options.duration ?? story.durationSeconds,
    ending: processes.ending,
  })
  const { events, answers } = played
  progress.update('  The customers leave; the last of what they did is judged.')
  const end = Date.now()
  const report = await leave(customers)
  await Promise.all(shop.children.map((child) => child.stop()))
  if (report.shed > 0) {
    progress.say(`${report.shed} customers turned away: this machine is too slow for all of them.`)
  }
  const { verdict, evidence } = await lastVerdict(server, started, end, processes.ending)
  timeline.add(verdict)
  await played.ask()
  if (wrong !== null && prepared !== null) {
    events.push({ when: 'before', text: `config diff: ${prepared.diff.headline}` })
    events.push({
      when: 0,
      text: 'checkout is released, and with it the configuration of all its instances.',
    })
  }
  return {
    verdict,
    dashboard: evidence.dashboard,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    requests: report.requests,
    page,
    customers: report,
    unitTests,
    seed,
    scenario,
    ...(prepared !== null && {
      configuration: { diff: prepared.diff, timeline: timeline.entries },
    }),
    ...(events.length > 0 && { story: { events, timeline: timeline.entries } }),
    ...(incident !== null && { incident: { id: incident.id, answers } }),
  }
}

/** While all is well: what `config diff` says of the next configuration, and instances that have it already. */
async function prepare(
  wrong: WrongConfiguration,
  shop: Shop,
  json: boolean,
  progress: Progress,
): Promise<{ diff: DiffAnswer; renewed: RenewedCheckout }> {
  progress.say('The next deployment changes the configuration of production: config diff first.')
  const { text, answer } = await wrong.diff()
  progress.say(json ? answer.headline : `\n$ aftergreen config diff staging production\n${text}`)
  progress.say(`It ends with exit code ${answer.exitCode}. The release goes out anyway.`)
  const renewed = await shop.renew(wrong.environment)
  await warmUp(renewed.checkoutPorts, storyOf('config').warmUp)
  return { diff: answer, renewed }
}

async function startServer(
  processes: ChildProcesses,
  dataFolder: string,
  port: number,
  otlpPort: number,
): Promise<DemoServer> {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const flags = {
    '--data': dataFolder,
    '--port': String(port),
    '--otlp-port': String(otlpPort),
    '--grpc-port': '0',
    '--judge-every': '5',
    '--judge-block': '5',
    '--judge-lag': '3',
    // the instances are warmed beforehand
    '--judge-warm-up': '0',
    '--log-level': 'error',
  }
  await processes.start({
    name: 'aftergreen serve',
    arguments: [
      fileURLToPath(new URL(`../src/cli/main${extension}`, import.meta.url)),
      'serve',
      '--until-stdin-ends',
      ...Object.entries(flags).flat(),
    ],
  })
  return reachServer(`http://127.0.0.1:${port}`, processes.ending)
}

/** Sends the customers home. @returns what they report @throws DEMO_FAILED */
async function leave(customers: Child): Promise<CustomersReport> {
  await customers.stop()
  const report = reportOf(customers)
  if (report === null) throw new AftergreenError('DEMO_FAILED', 'The customers did not report.')
  return report
}

function reportOf(customers: Child): CustomersReport | null {
  const line = customers.lastLine()
  return line === '' ? null : (JSON.parse(line) as CustomersReport)
}
