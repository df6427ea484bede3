import { fileURLToPath } from 'node:url';

/** What every answer carries; the content security policy needs a fresh nonce each time and stands in proxy.ts. */
const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  // Both spellings of this machine may open the development server; Next knows `localhost` by itself.
  allowedDevOrigins: ['127.0.0.1'],
  turbopack: { root: fileURLToPath(new URL('.', import.meta.url)) },
  headers: async () => [
    { source: '/:path*', headers: Object.entries(HEADERS).map(([key, value]) => ({ key, value })) },
  ],
};

export default config;
