import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { evidenceQuery, historyQuery, verdictQuery } from '../api/queries.ts'
import { verdictWord } from '../format/words.ts'
import { Announcement } from '../parts/announcement.tsx'
import { BlindSpots } from '../parts/blind-spots.tsx'
import { Compared } from '../parts/compared.tsx'
import { Configuration } from '../parts/configuration.tsx'
import { Dashboard } from '../parts/dashboard.tsx'
import { EvidencePlan } from '../parts/evidence-plan.tsx'
import { Findings } from '../parts/findings.tsx'
import { Freshness } from '../parts/freshness.tsx'
import { IncidentFixed } from '../parts/incident-fixed.tsx'
import { RawEvidence } from '../parts/raw-evidence.tsx'
import { SelfCheck } from '../parts/self-check.tsx'
import { SignOff } from '../parts/sign-off.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useNow } from '../parts/use-now.ts'
import { useSettledError } from '../parts/use-settled-error.ts'
import { VerdictHead } from '../parts/verdict-head.tsx'
import { VerdictHistory } from '../parts/verdict-history.tsx'

/** One release: the verdict as a sentence, then the numbers, then the pictures, then the raw evidence. */
export function ReleasePage({ id }: { id: string }) {
  const query = useQuery(verdictQuery(id))
  const verdict = query.data
  const error = useSettledError(query)
  const evidence = useQuery(evidenceQuery(id)).data
  const history = useQuery(historyQuery(id)).data
  useFollow(id, verdict?.evaluatedAt)
  const now = useNow()

  if (verdict === undefined) {
    return (
      <div className="measure notice-page">
        <title>Release · Aftergreen</title>
        {error ? (
          <Trouble error={error} retry={query.refetch} />
        ) : (
          <p className="loading" role="status">
            Loading the verdict…
          </p>
        )}
      </div>
    )
  }

  const { release } = verdict
  return (
    <article className={`release verdict-${verdict.verdict}`}>
      <title>{`${verdictWord[verdict.verdict]}: ${release.service} ${release.version} · Aftergreen`}</title>
      <Announcement text={`${verdictWord[verdict.verdict]}. ${verdict.headline}`} />
      <VerdictHead verdict={verdict} now={now}>
        <Freshness updatedAt={query.dataUpdatedAt} error={error} now={now} />
      </VerdictHead>
      <div className="measure">
        <SignOff verdict={verdict} now={now} />
        <IncidentFixed verdict={verdict} now={now} />
        <Compared verdict={verdict} evidence={evidence} now={now} />
        <Findings verdict={verdict} evidence={evidence} now={now} />
        <Dashboard release={release} evidence={evidence} findings={verdict.findings.length} />
        <Configuration configuration={verdict.configuration} now={now} />
        <BlindSpots spots={verdict.blindSpots} now={now} />
        <EvidencePlan plan={verdict.evidencePlan} notExcluded={verdict.notExcluded} now={now} />
        <SelfCheck selfCheck={verdict.selfCheck} now={now} />
        <VerdictHistory entries={history?.verdicts} now={now} />
        <RawEvidence verdict={verdict} />
      </div>
    </article>
  )
}

/** A new evaluation brings new evidence and perhaps a new entry in the history. */
function useFollow(id: string, evaluatedAt: string | undefined): void {
  const client = useQueryClient()
  useEffect(() => {
    if (evaluatedAt === undefined) return
    void client.invalidateQueries({ queryKey: evidenceQuery(id).queryKey })
    void client.invalidateQueries({ queryKey: historyQuery(id).queryKey })
  }, [client, id, evaluatedAt])
}
