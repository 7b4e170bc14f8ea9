import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The local EdgeSpark server, which answers for the API while `npm run dev` serves the pages. When it
// runs on another port: EDGESPARK_SERVER=http://localhost:7776 npm run dev
const api = process.env.EDGESPARK_SERVER ?? "http://localhost:7775";

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
  },
  server: {
    // Seen from the server, pages and API share its origin, as they do when deployed.
    proxy: { "/api": { target: api, changeOrigin: true, headers: { origin: new URL(api).origin } } },
  },
});
