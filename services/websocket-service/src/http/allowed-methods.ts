import type { FastifyInstance } from 'fastify';

/** The methods that have a route at a path, for `Allow`; none for an unknown path. */
export type AllowedMethods = (path: string) => readonly string[];

/** Watches which routes `app` gets from now on. */
export function watchAllowedMethods(app: FastifyInstance): AllowedMethods {
  const routes = new Map<string, { readonly fits: RegExp; readonly methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    // The route that answers preflights is everywhere and says nothing about a path.
    if (url.includes('*')) return;
    const route = routes.get(url) ?? {
      fits: new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}/?$`),
      methods: new Set(),
    };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  return (path) => [...routes.values()].filter(({ fits }) => fits.test(path)).flatMap(({ methods }) => [...methods]);
}
