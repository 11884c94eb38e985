import { Command } from './command.tsx'

const environment = `export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318
export OTEL_SERVICE_NAME=checkout
export OTEL_RESOURCE_ATTRIBUTES=service.version=2.0.0,deployment.environment.name=production`

const start = 'aftergreen release start --service checkout --version 2.0.0'

/** The empty list: nothing to show yet, and how that changes. */
export function Beginning() {
  return (
    <div className="beginning">
      <p className="lede">No release has been recorded yet, so nothing has been looked at.</p>
      <ol className="steps">
        <li>
          <h2>Send telemetry</h2>
          <p>
            Three environment variables point a service with an OpenTelemetry SDK here. The version
            tells the two sides of a release apart.
          </p>
          <Command text={environment} label="Copy the variables" />
        </li>
        <li>
          <h2>Say that a release begins</h2>
          <p>When the new version takes its first traffic:</p>
          <Command text={start} label="Copy the command" />
        </li>
        <li>
          <h2>Come back here</h2>
          <p>
            The release appears on this page by itself, with a verdict, what was found, and what
            nobody has looked at yet.
          </p>
        </li>
      </ol>
      <p>
        To see one without a service of your own: <code>aftergreen demo</code>
      </p>
    </div>
  )
}
