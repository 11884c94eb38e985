import type { EvidenceRequirement } from '../verdict.ts'
import type { JudgeWindow } from './judge-window.ts'
import type { Policy } from './policy.ts'
import type { SafetyClaim } from './safety-claims.ts'

/**
 * What must be seen before the release is done: every safety claim, which `proceed` waits for, and the soak, which only
 * `done` waits for. Evidence grows about linearly with traffic, so what is missing is extrapolated at the present rate.
 */
export function evidencePlan(
  claims: readonly SafetyClaim[],
  window: JudgeWindow,
  policy: Policy,
): EvidenceRequirement[] {
  const watched = window.to - window.from
  const plan = claims.map(({ requirement, met, progress }): EvidenceRequirement => {
    if (met) return { requirement, state: 'met', progress: 1 }
    // below a tenth, the trend is noise and a date would be a guess
    if (progress < 0.1 || watched === 0) return { requirement, state: 'open', progress }
    const eta = new Date(window.to + (watched * (1 - progress)) / progress).toISOString()
    return { requirement, state: 'open', progress, eta }
  })
  const soak = policy.soakHours * 3_600_000
  const requirement = `watched for ${policy.soakHours} hours`
  plan.push(
    watched >= soak
      ? { requirement, state: 'met', progress: 1, onlyForDone: true }
      : {
          requirement,
          onlyForDone: true,
          state: 'open',
          progress: watched / soak,
          eta: new Date(window.from + soak).toISOString(),
        },
  )
  return plan
}
