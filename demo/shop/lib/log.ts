import { type Attributes, logs, SeverityNumber } from '@opentelemetry/api'

const logger = logs.getLogger('shop')

/** A log record of the running request. */
export const log = {
  info(body: string, attributes: Attributes = {}): void {
    logger.emit({ severityNumber: SeverityNumber.INFO, severityText: 'INFO', body, attributes })
  },
  warn(body: string, attributes: Attributes = {}): void {
    logger.emit({ severityNumber: SeverityNumber.WARN, severityText: 'WARN', body, attributes })
  },
  error(body: string, attributes: Attributes = {}): void {
    logger.emit({ severityNumber: SeverityNumber.ERROR, severityText: 'ERROR', body, attributes })
  },
}
