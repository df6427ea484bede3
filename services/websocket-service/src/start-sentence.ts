import type { ServiceConfig } from '@/config/service-config';

/** What keeps the service from starting, in one sentence with its cure ([SV28], [SV102]). */
export function startSentenceOf(error: unknown, config: ServiceConfig): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  const listener = listenerOf(error, config);
  if (code === 'EADDRINUSE') {
    return `Port ${listener.port} on ${listener.host} is taken: stop the program that listens there, or set ${listener.portVariable} to another port.`;
  }
  if (code === 'EACCES' && 'syscall' in error && error.syscall === 'listen') {
    return `Port ${listener.port} may not be opened by this user: set ${listener.portVariable} to a port above 1023.`;
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EADDRNOTAVAIL') {
    return `${listener.hostVariable} is "${listener.host}", which is no address of this machine: set it to 127.0.0.1, 0.0.0.0 or an address that it has.`;
  }
  return error.message;
}

/** The listener that failed: an error of listening names its port, one of looking up an address only the name. */
function listenerOf(error: Error, config: ServiceConfig) {
  const { host, port, internalHost, internalPort } = config;
  const isInternal =
    'port' in error
      ? error.port === internalPort && error.port !== port
      : 'hostname' in error && error.hostname === internalHost && internalHost !== host;
  return isInternal
    ? { host: internalHost, port: internalPort, hostVariable: 'INTERNAL_HOST', portVariable: 'INTERNAL_PORT' }
    : { host, port, hostVariable: 'HOST', portVariable: 'SERVICE_PORT' };
}
