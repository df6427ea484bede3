import { Problem } from '@/ports/problem';

/** What to answer when Node could not read a request; `code` is its word for why. */
export function malformedRequestProblem(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem(431, 'The headers of the request are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem(408, 'The request did not arrive in time.');
    default:
      return new Problem(400, 'The request is not HTTP.');
  }
}
