import type { Release } from '../../src/releases/release.ts'
import type { Verdict } from '../../src/releases/verdict.ts'
import type { DemoServer } from './api.ts'
import { askIncident, type IncidentAnswer } from './incident.ts'
import type { Scenario } from '../../src/cli/demo-scenario.ts'
import { candidateVersion } from './names.ts'
import type { Progress } from './progress.ts'
import type { Shop } from './start-shop.ts'
import type { Event, Timeline } from './timeline.ts'
import { watchRelease } from './watch-release.ts'

export interface StoryInput {
  scenario: Scenario
  server: DemoServer
  shop: Shop
  started: Release
  /** Id of the incident that it is to end; null where there is none. */
  incident: string | null
  timeline: Timeline
  progress: Progress
  /** Requests of the customers so far. */
  sent: () => number
  /** How long both versions serve customers. */
  seconds: number
  ending: AbortSignal
}

/** What happened beside the verdicts. */
export interface Played {
  events: Event[]
  answers: IncidentAnswer[]
  /** Asks once more whether the incident is over, where there is one. */
  ask(): Promise<void>
}

/** At the latest after so many seconds the scenario `late` gives all traffic to the new version. */
const rollOutSeconds = 70
/** When it is asked for the first time whether the incident is over. */
const firstAskSeconds = 14

/** Watches the release while customers come, and does what the scenario does meanwhile. */
export async function playStory(input: StoryInput): Promise<Played> {
  const { scenario, server, started, incident, timeline, progress } = input
  const began = performance.now()
  const events: Event[] = []
  const answers: IncidentAnswer[] = []
  const watch = (seconds: number, isEnough?: (verdict: Verdict) => boolean): Promise<void> =>
    watchRelease(
      server,
      started,
      progress,
      input.sent,
      began + 1000 * seconds,
      input.ending,
      (verdict) => {
        timeline.add(verdict)
        return isEnough?.(verdict) ?? false
      },
    )
  const ask = async (): Promise<void> => {
    if (incident === null) return
    const answer = await askIncident(server.url, incident, Date.parse(started.startedAt))
    answers.push(answer)
    const { seconds, exitCode, headline } = answer
    events.push({ when: seconds, text: `incident resolve (exit code ${exitCode}): ${headline}` })
  }
  if (scenario === 'late') {
    await watch(rollOutSeconds, ({ verdict }) => verdict === 'proceed')
    await input.shop.route(1)
    const when = Math.round((performance.now() - began) / 1000)
    events.push({ when, text: `checkout ${candidateVersion} gets all traffic.` })
    progress.say('It gets all traffic. Others would call it done.')
  }
  if (incident !== null) {
    events.push({ when: 'before', text: 'incident open: orders fail.' })
    await watch(firstAskSeconds)
    await ask()
  }
  // what began late is told as soon as it is known
  await watch(input.seconds, ({ verdict }) => scenario === 'late' && verdict === 'rollback')
  return { events, answers, ask }
}
