package io.tracetide.benchmarks.micro;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.tdunning.math.stats.MergingDigest;
import io.tracetide.processor.window.sketch.QuantileSketch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.req.ReqSketch;

/**
 * A quantile sketch, of Tracetide or of a library, with the settings that its authors recommend.
 */
public interface PeerSketch {

  void add(double value);

  void merge(PeerSketch other);

  byte[] toBytes();

  double quantile(double q);

  /** The sketches that are compared. */
  enum Kind {
    OURS {
      @Override
      PeerSketch make() {
        return new Tracetide(new QuantileSketch());
      }

      @Override
      PeerSketch read(byte[] bytes) {
        return new Tracetide(QuantileSketch.fromBytes(bytes));
      }
    },
    DDSKETCH {
      @Override
      PeerSketch make() {
        return new Dd(DDSketches.unboundedDense(Dd.ACCURACY));
      }

      @Override
      PeerSketch read(byte[] bytes) {
        try {
          return new Dd(
              DDSketch.decode(
                  ByteArrayInput.wrap(bytes), UnboundedSizeDenseStore::new, Dd.MAPPING));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    },
    KLL {
      @Override
      PeerSketch make() {
        return new Kll(KllDoublesSketch.newHeapInstance());
      }

      @Override
      PeerSketch read(byte[] bytes) {
        return new Kll(KllDoublesSketch.heapify(Memory.wrap(bytes)));
      }
    },
    REQ {
      @Override
      PeerSketch make() {
        return new Req(ReqSketch.builder().setHighRankAccuracy(true).build());
      }

      @Override
      PeerSketch read(byte[] bytes) {
        return new Req(ReqSketch.heapify(Memory.wrap(bytes)));
      }
    },
    TDIGEST {
      @Override
      PeerSketch make() {
        return new Td(new MergingDigest(Td.COMPRESSION));
      }

      @Override
      PeerSketch read(byte[] bytes) {
        return new Td(MergingDigest.fromBytes(ByteBuffer.wrap(bytes)));
      }
    };

    abstract PeerSketch make();

    abstract PeerSketch read(byte[] bytes);
  }

  /** Tracetide's. */
  record Tracetide(QuantileSketch sketch) implements PeerSketch {
    @Override
    public void add(double value) {
      sketch.add(value);
    }

    @Override
    public void merge(PeerSketch other) {
      sketch.merge(((Tracetide) other).sketch);
    }

    @Override
    public byte[] toBytes() {
      return sketch.toBytes();
    }

    @Override
    public double quantile(double q) {
      return sketch.quantile(q);
    }
  }

  /** Datadog's DDSketch at 1 %, dense stores, encoded without its mapping. */
  record Dd(DDSketch sketch) implements PeerSketch {
    static final double ACCURACY = 0.01;
    static final IndexMapping MAPPING = DDSketches.unboundedDense(ACCURACY).getIndexMapping();

    @Override
    public void add(double value) {
      sketch.accept(value);
    }

    @Override
    public void merge(PeerSketch other) {
      sketch.mergeWith(((Dd) other).sketch);
    }

    @Override
    public byte[] toBytes() {
      GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
      try {
        sketch.encode(out, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.trimmedCopy();
    }

    @Override
    public double quantile(double q) {
      return sketch.getValueAtQuantile(q);
    }
  }

  /** DataSketches' KLL, k = 200. */
  record Kll(KllDoublesSketch sketch) implements PeerSketch {
    @Override
    public void add(double value) {
      sketch.update(value);
    }

    @Override
    public void merge(PeerSketch other) {
      sketch.merge(((Kll) other).sketch);
    }

    @Override
    public byte[] toBytes() {
      return sketch.toByteArray();
    }

    @Override
    public double quantile(double q) {
      return sketch.getQuantile(q);
    }
  }

  /** DataSketches' REQ, k = 12, accurate at high ranks. */
  record Req(ReqSketch sketch) implements PeerSketch {
    @Override
    public void add(double value) {
      sketch.update((float) value);
    }

    @Override
    public void merge(PeerSketch other) {
      sketch.merge(((Req) other).sketch);
    }

    @Override
    public byte[] toBytes() {
      return sketch.toByteArray();
    }

    @Override
    public double quantile(double q) {
      return sketch.getQuantile(q);
    }
  }

  /** The merging t-digest, compression 100. */
  record Td(MergingDigest sketch) implements PeerSketch {
    static final double COMPRESSION = 100;

    @Override
    public void add(double value) {
      sketch.add(value);
    }

    @Override
    public void merge(PeerSketch other) {
      sketch.add(List.of(((Td) other).sketch));
    }

    @Override
    public byte[] toBytes() {
      ByteBuffer out = ByteBuffer.allocate(sketch.smallByteSize());
      sketch.asSmallBytes(out);
      return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public double quantile(double q) {
      return sketch.quantile(q);
    }
  }
}
