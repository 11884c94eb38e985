import type { EvidenceRequirement } from '../../../src/releases/verdict.ts'
import { Gauge } from './gauge.tsx'

/** The evidence plan at a glance: one segment a requirement. */
export function EvidenceStrip({ plan }: { plan: EvidenceRequirement[] }) {
  if (plan.length === 0) return null
  const met = plan.filter(({ state }) => state === 'met').length
  return (
    <div className="evidence-strip">
      <p>
        Evidence so far: {met} of {plan.length}{' '}
        <a href="#evidence-plan">requirements of the evidence plan</a> met
      </p>
      <div className="strip-segments" aria-hidden="true">
        {plan.map(({ requirement, progress }) => (
          <Gauge key={requirement} progress={progress} title={requirement} />
        ))}
      </div>
    </div>
  )
}
