/** What a page's policy depends on. */
export interface PolicyOptions {
  /** Fresh for each answer; only scripts that carry it run. */
  readonly nonce: string;
  /** Development tools evaluate code; production never does. */
  readonly development: boolean;
  /** The service's socket, where pages connect to; default `ws://localhost:8005/ws`. */
  readonly socketUrl: string | undefined;
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1'];

/** The content security policy of a page: everything from here, connections to the service besides. */
export function contentSecurityPolicy({ nonce, development, socketUrl }: PolicyOptions): string {
  const directives = {
    'default-src': "'self'",
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    // Sonner brings its style sheet in a style element of its own.
    'style-src': "'self' 'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'connect-src': ["'self'", ...serviceOrigins(socketUrl || 'ws://localhost:8005/ws')].join(' '),
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** The socket's origin and that of the HTTP API beside it; both spellings of this machine where it is meant. */
function serviceOrigins(socketUrl: string): readonly string[] {
  if (!URL.canParse(socketUrl)) return [];
  const { protocol, hostname, port } = new URL(socketUrl);
  const [socket, http] = protocol === 'wss:' ? ['wss:', 'https:'] : ['ws:', 'http:'];
  const names = LOOPBACK_NAMES.includes(hostname) ? LOOPBACK_NAMES : [hostname];
  return names.flatMap((name) => [socket, http].map((scheme) => `${scheme}//${name}${port && `:${port}`}`));
}
