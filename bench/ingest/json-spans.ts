/** Spans that the way by JSON takes in each round. */
export const jsonSpans = 102_400
