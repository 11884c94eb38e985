import { useQuery } from '@tanstack/react-query'
import { releasesQuery } from '../api/queries.ts'
import { Beginning } from '../parts/beginning.tsx'
import { Freshness } from '../parts/freshness.tsx'
import { ReleaseRow } from '../parts/release-row.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useNow } from '../parts/use-now.ts'
import { useSettledError } from '../parts/use-settled-error.ts'

/** Every release, newest first. */
export function ListPage() {
  const query = useQuery(releasesQuery)
  const error = useSettledError(query)
  const now = useNow()
  return (
    <div className="measure list-page">
      <title>Releases · Aftergreen</title>
      <div className="page-head">
        <h1>Releases</h1>
        {query.data && <Freshness updatedAt={query.dataUpdatedAt} error={error} now={now} />}
      </div>
      {query.data ? (
        query.data.releases.length === 0 ? (
          <Beginning />
        ) : (
          <ol className="releases">
            {query.data.releases.map((summary) => (
              <ReleaseRow key={summary.release.id} summary={summary} now={now} />
            ))}
          </ol>
        )
      ) : error ? (
        <Trouble error={error} retry={query.refetch} heading="h2" />
      ) : (
        <p className="loading" role="status">
          Loading the releases…
        </p>
      )}
    </div>
  )
}
