// Answers a call with the params as they arrived.
import { serve } from './serve.mjs';

serve({ 'tools/call': (params) => ({ content: [], structuredContent: params }) });
