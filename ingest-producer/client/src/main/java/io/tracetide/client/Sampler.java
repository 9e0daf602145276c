package io.tracetide.client;

import io.tracetide.client.context.TraceParent;
import io.tracetide.client.context.TraceState;

/**
 * Decides which traces are published, the same in every service: by comparing 56 bits of the trace
 * id, which are as good as random, with a threshold. (OpenTelemetry specification, "TraceState:
 * Probability Sampling".)
 */
final class Sampler {

  /** How many values the randomness of a trace has. */
  private static final double RANGE = 0x1p56;

  private static final long BITS = (1L << 56) - 1;
  private static final int ID_DIGITS = 32;
  private static final int RANDOM_DIGITS = 14;

  private final boolean followsCallers;
  private final long threshold;
  private final Decision beginSampled;
  private final Decision beginUnsampled;

  Sampler(Sampling sampling) {
    this.followsCallers = sampling.followCallers();
    this.threshold = Math.min(BITS, Math.round((1 - sampling.probability()) * RANGE));
    this.beginSampled = decide(BITS, threshold, TraceParent.RANDOM, TraceState.EMPTY);
    this.beginUnsampled = unsampled(TraceParent.RANDOM, TraceState.EMPTY);
  }

  /**
   * What was decided about a trace.
   *
   * @param sampled whether its work is published
   * @param weight for how many traces like it this one stands; 1 when it is not sampled, because
   *     what is published of it then is there for another reason
   * @param flags of {@code traceparent}, for the work after this
   * @param state {@code tracestate}, for the work after this
   */
  record Decision(boolean sampled, double weight, int flags, TraceState state) {}

  /** A trace that begins here, with an id made here. */
  Decision begin(String traceId) {
    return randomness(traceId) >= threshold ? beginSampled : beginUnsampled;
  }

  /** A trace of which nothing but the id is known. */
  Decision join(String traceId) {
    return decide(randomness(traceId), threshold, 0, TraceState.EMPTY);
  }

  /** A trace that a caller began. */
  Decision follow(TraceParent caller, TraceState state) {
    long randomness =
        state.randomness() == TraceState.NONE ? randomness(caller.traceId()) : state.randomness();
    int flags = caller.flags() & TraceParent.RANDOM;
    if (!followsCallers) {
      return decide(randomness, threshold, flags, state);
    }
    if (!caller.isSampled()) {
      return unsampled(flags, state);
    }
    boolean consistent = state.threshold() != TraceState.NONE && randomness >= state.threshold();
    return decide(randomness, consistent ? state.threshold() : threshold, flags, state);
  }

  private static Decision decide(long randomness, long threshold, int flags, TraceState state) {
    return randomness >= threshold
        ? new Decision(
            true, RANGE / (RANGE - threshold), flags | TraceParent.SAMPLED, state.with(threshold))
        : unsampled(flags, state);
  }

  private static Decision unsampled(int flags, TraceState state) {
    return new Decision(false, 1, flags, state.with(TraceState.NONE));
  }

  /** The last 56 bits of an id in hex; of any other text, 56 bits that every service computes. */
  static long randomness(String traceId) {
    if (traceId.length() == ID_DIGITS) {
      long value = 0;
      int at = ID_DIGITS - RANDOM_DIGITS;
      while (at < ID_DIGITS) {
        char c = traceId.charAt(at);
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
          return hashed(traceId);
        }
        value = value << 4 | digit;
        at++;
      }
      return value;
    }
    return hashed(traceId);
  }

  /** FNV-1a over the characters, then the finalizer of MurmurHash3, since FNV mixes ends badly. */
  private static long hashed(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (hash ^ hash >>> 33) & BITS;
  }
}
