// The base server, without a fault.
import { serve } from './serve.mjs';

serve();
