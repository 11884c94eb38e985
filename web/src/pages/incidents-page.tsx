import { useQuery } from '@tanstack/react-query'
import { incidentsPath, incidentsQuery } from '../api/queries.ts'
import { Command } from '../parts/command.tsx'
import { Freshness } from '../parts/freshness.tsx'
import { IncidentRow } from '../parts/incident-row.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useNow } from '../parts/use-now.ts'
import { useSettledError } from '../parts/use-settled-error.ts'

const open = `aftergreen incident open --service checkout --match 'operation = "POST /orders"'`

/** Every incident, newest first: what failed, for whom, and whether that was shown to be over. */
export function IncidentsPage() {
  const query = useQuery(incidentsQuery)
  const error = useSettledError(query)
  const now = useNow()
  return (
    <div className="measure list-page">
      <title>Incidents · Aftergreen</title>
      <div className="page-head">
        <h1>Incidents</h1>
        {query.data && <Freshness updatedAt={query.dataUpdatedAt} error={error} now={now} />}
      </div>
      {query.data ? (
        query.data.incidents.length === 0 ? (
          <div className="beginning">
            <p className="lede">No incident has been recorded.</p>
            <p>To keep what fails now, so that its fix can be held against it:</p>
            <Command text={open} label="Copy the command" />
          </div>
        ) : (
          <>
            <ol className="releases">
              {query.data.incidents.map((incident) => (
                <IncidentRow key={incident.id} incident={incident} now={now} />
              ))}
            </ol>
            <p className="list-raw">
              <a href={incidentsPath}>The incidents as JSON</a>
            </p>
          </>
        )
      ) : error ? (
        <Trouble error={error} retry={query.refetch} heading="h2" />
      ) : (
        <p className="loading" role="status">
          Loading the incidents…
        </p>
      )}
    </div>
  )
}
