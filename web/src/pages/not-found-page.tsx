import { Link } from '@tanstack/react-router'

export function NotFoundPage() {
  return (
    <div className="measure notice-page">
      <title>No such page · Aftergreen</title>
      <h1>There is no such page.</h1>
      <p>
        The <Link to="/">list of releases</Link> has every release that is known.
      </p>
    </div>
  )
}
