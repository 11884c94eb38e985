import { Link } from '@tanstack/react-router'
import { ApiError } from '../api/api-error.ts'

/** An error instead of a page: what happened, what to do, and the code to search for. */
export function Trouble({ error, retry }: { error: Error; retry?: () => unknown }) {
  const { code, hint } =
    error instanceof ApiError ? error : { code: 'PAGE', hint: 'Reload the page.' }
  return (
    <section className="trouble" role="alert">
      <h1>{error.message}</h1>
      {hint !== undefined && <p className="trouble-hint">{hint}</p>}
      <p className="trouble-actions">
        {retry && (
          <button type="button" onClick={() => void retry()}>
            Try again now
          </button>
        )}
        <Link to="/">All releases</Link>
        <code>{code}</code>
      </p>
    </section>
  )
}
