import type { Incident, Resolution } from '../releases/incidents/incident.ts'
import { formatCount, formatEValue, formatShare, formatTime } from './format-value.ts'
import { cleanText, wrapText } from './wrap-text.ts'

/** An incident in one paragraph. */
export function incidentWords({
  service,
  match,
  failing,
  signature,
  ...incident
}: Incident): string {
  const { failures, exposures, rate, exemplars } = signature
  const [exemplar] = exemplars
  const end = incident.resolvedAt === null ? 'open' : `resolved ${formatTime(incident.resolvedAt)}`
  return `${service}: ${formatCount(failures)} of ${formatCount(exposures)} requests (${formatShare(rate)}) where ${match} fail (${failing}), since ${formatTime(incident.startedAt)}; ${end}.${exemplar === undefined ? '' : ` Trace ${exemplar}.`}`
}

/** Whether an incident is over, as text for a terminal. Ends without a line feed. */
export function renderResolution(resolution: Resolution, width: number): string {
  const { headline, incident, since, version, evidence, unlike, fix } = resolution
  const who = version === null ? '' : ` that ${version} answered`
  const lines = [
    headline,
    `Looked at: requests${who} since ${formatTime(since)} where ${incident.match}. Evidence that it is over: ${formatEValue(evidence.eValue, `did ${formatShare(evidence.brokenRate)} of them or more still fail`)}. An e-value of ${formatCount(evidence.bound)} is needed.`,
    ...unlike,
    ...(fix === null ? ['No release is linked: start the fix with --incident ID.'] : fixLines(fix)),
  ]
  return lines.map((line) => wrapText(cleanText(line), Math.min(width, 110), '')).join('\n')
}

function fixLines({
  version,
  verdict,
  headline,
  findings,
}: NonNullable<Resolution['fix']>): string[] {
  const name = `The fix ${version} (${verdict})`
  if (findings.length === 0) return [`${name} is not known to have broken anything. ${headline}`]
  return [`${name} newly broke:`, ...findings.map((title) => `- ${title}`)]
}
