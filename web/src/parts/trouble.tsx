import { Link } from '@tanstack/react-router'
import { ApiError } from '../api/api-error.ts'

/** An error instead of a page: what happened, what to do, and the code to search for. */
export function Trouble(props: { error: Error; retry?: () => unknown; heading?: 'h1' | 'h2' }) {
  const { error, retry, heading: Heading = 'h1' } = props
  const { code, hint } =
    error instanceof ApiError ? error : { code: 'PAGE', hint: 'Reload the page.' }
  return (
    <section className="trouble" role="alert">
      <Heading>{error.message}</Heading>
      {hint !== undefined && <p className="trouble-hint">{hint}</p>}
      <p className="trouble-actions">
        {retry && (
          <button type="button" onClick={() => void retry()}>
            Try again now
          </button>
        )}
        {Heading === 'h1' && <Link to="/">All releases</Link>}
        <code>{code}</code>
      </p>
    </section>
  )
}
