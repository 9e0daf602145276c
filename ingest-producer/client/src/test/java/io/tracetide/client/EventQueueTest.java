package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  private static final long MAX_BYTES = 1_000;

  private final EventCounts counts = new EventCounts();

  /** An operation of the queue: adds an event of a size, or takes a number of events. */
  record Move(boolean add, int amount) {}

  @Provide
  Arbitrary<Move> moves() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(1, 1_200).map(size -> new Move(true, size)),
        Arbitraries.integers().between(1, 5).map(most -> new Move(false, most)));
  }

  @Property(tries = 500)
  void shouldKeepTheNewestThatFitAndCountTheOthers(
      @ForAll @IntRange(min = 1, max = 12) int capacity,
      @ForAll @Size(max = 200) List<@From("moves") Move> moves)
      throws InterruptedException {
    EventCounts counts = new EventCounts();
    EventQueue<Integer> queue = new EventQueue<>(capacity, MAX_BYTES, size -> size, counts);
    Deque<Integer> model = new ArrayDeque<>();
    long taken = 0;
    long full = 0;
    long large = 0;
    for (Move move : moves) {
      if (move.add()) {
        queue.add(move.amount());
        if (move.amount() > MAX_BYTES) {
          large++;
        } else {
          model.add(move.amount());
          while (model.size() > capacity || sum(model) > MAX_BYTES) {
            model.remove();
            full++;
          }
        }
      } else if (!model.isEmpty()) {
        List<Integer> batch = new ArrayList<>();
        queue.take(batch, move.amount(), 0);
        for (int expected : batch) {
          assertThat(model.remove()).isEqualTo(expected);
        }
        taken += batch.size();
      }
      assertThat(counts.stats().dropped(DropReason.QUEUE_FULL)).isEqualTo(full);
      assertThat(counts.stats().dropped(DropReason.TOO_LARGE)).isEqualTo(large);
      assertThat(queue.added() - queue.removed()).isEqualTo(model.size());
    }
    long added = moves.stream().filter(Move::add).count();
    assertThat(taken + full + large + queue.close()).isEqualTo(added);
  }

  private static int sum(Deque<Integer> sizes) {
    return sizes.stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void shouldRefuseAndCountWhatComesAfterClosing() {
    EventQueue<Integer> queue = new EventQueue<>(2, MAX_BYTES, size -> size, counts);
    queue.add(1);

    assertThat(queue.close()).isEqualTo(1);
    queue.add(1);
    assertThat(queue.close()).isZero();
    assertThat(counts.stats().dropped(DropReason.CLOSED)).isEqualTo(1);
  }

  @Test
  void shouldWakeASleepingSenderWithTheNextEvent() throws Exception {
    EventQueue<Integer> queue = new EventQueue<>(10, MAX_BYTES, size -> size, counts);
    List<Integer> nothing = new ArrayList<>();
    queue.take(nothing, 1, TimeUnit.MILLISECONDS.toNanos(1_100));
    assertThat(nothing).isEmpty();
    CompletableFuture<List<Integer>> taken = new CompletableFuture<>();
    Thread sender =
        new Thread(
            () -> {
              List<Integer> batch = new ArrayList<>();
              try {
                queue.take(batch, 10, TimeUnit.SECONDS.toNanos(30));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              taken.complete(batch);
            });
    sender.start();
    while (sender.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    queue.add(7);

    assertThat(taken.get(5, TimeUnit.SECONDS)).containsExactly(7);
    sender.join();
  }

  @Test
  void shouldNotBlockCallersWhileTheSenderIsSuspended() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    EventQueue<Integer> queue = new EventQueue<>(3, MAX_BYTES, size -> size, counts);
    Thread sender =
        new Thread(
            () -> {
              try {
                queue.take(new StoppingList(stopped, release), 5, 0);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    queue.add(1);
    sender.start();
    stopped.await();

    Thread.currentThread().interrupt();
    for (int i = 0; i < 10; i++) {
      queue.add(2);
    }

    assertThat(Thread.interrupted()).as("the interrupt is the application's").isTrue();
    assertThat(counts.stats().dropped(DropReason.QUEUE_FULL)).isEqualTo(7);
    release.countDown();
    sender.join();
    assertThat(queue.added()).isEqualTo(11);
    assertThat(queue.removed()).isEqualTo(11);
  }

  @Test
  void shouldLoseAndRepeatNothingAmongManyThreads() throws Exception {
    int threads = 4;
    int each = 50_000;
    EventQueue<Integer> queue = new EventQueue<>(64, 1 << 20, size -> 1, counts);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int first = i * each;
      Thread caller =
          new Thread(
              () -> {
                for (int event = first; event < first + each; event++) {
                  queue.add(event);
                }
              });
      caller.start();
      callers.add(caller);
    }
    List<Integer> taken = new ArrayList<>();
    while (callers.stream().anyMatch(Thread::isAlive)) {
      queue.take(taken, 16, TimeUnit.MILLISECONDS.toNanos(1));
    }
    int left = queue.close();

    assertThat(taken).doesNotHaveDuplicates();
    int[] last = new int[threads];
    for (int event : taken) {
      assertThat(event).as("in the order of its thread").isGreaterThanOrEqualTo(last[event / each]);
      last[event / each] = event;
    }
    assertThat(taken.size() + left + counts.stats().dropped(DropReason.QUEUE_FULL))
        .isEqualTo(threads * each);
  }

  private static final class StoppingList extends ArrayList<Integer> {
    private static final long serialVersionUID = 1L;
    private final transient CountDownLatch stopped;
    private final transient CountDownLatch release;

    StoppingList(CountDownLatch stopped, CountDownLatch release) {
      this.stopped = stopped;
      this.release = release;
    }

    @Override
    public boolean add(Integer event) {
      stopped.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.add(event);
    }
  }
}
