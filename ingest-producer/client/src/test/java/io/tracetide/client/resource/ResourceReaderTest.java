package io.tracetide.client.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.ResourceUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceReaderTest {

  @TempDir private Path root;

  private void file(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void linux(long received) throws IOException {
    file("proc/stat", "cpu  1 2 3\nbtime 1700000000\n");
    file("proc/self/status", "Name:\tjava\nVmRSS:\t  204800 kB\nThreads:\t12\n");
    file("proc/meminfo", "MemTotal: 4096000 kB\nMemFree: 100 kB\nMemAvailable: 1024000 kB\n");
    file("proc/self/io", "rchar: 1\nread_bytes: 10240\nwrite_bytes: 20480\n");
    file(
        "proc/self/net/dev",
        """
        Inter-|   Receive                            |  Transmit
         face |bytes packets errs drop fifo frame compressed multicast|bytes packets
            lo: 999999 1 0 0 0 0 0 0 999999 1 0 0 0 0 0 0
          eth0: %d 1 0 0 0 0 0 0 2048 1 0 0 0 0 0 0
          eth1:1024 1 0 0 0 0 0 0 1024 1 0 0 0 0 0 0
        """
            .formatted(received));
    file(
        "proc/diskstats",
        """
           8       0 sda 10 0 100 5 20 0 200 5 0 5 5
           8       1 sda1 10 0 100 5 20 0 200 5 0 5 5
           7       0 loop0 10 0 100 5 20 0 200 5 0 5 5
         259       0 nvme0n1 10 0 20 5 20 0 40 5 0 5 5
        """);
    for (String device : new String[] {"sda", "loop0", "nvme0n1"}) {
      Files.createDirectories(root.resolve("sys/block").resolve(device));
    }
  }

  private ResourceReader reader() {
    return new ResourceReader(new ProcFiles(root));
  }

  @Test
  void shouldReadTheFilesOfLinux() throws IOException {
    linux(4_096);

    ResourceSample read = reader().read();

    assertThat(read.values())
        .containsEntry(MeasuredResource.PROCESS_MEMORY, 200.0)
        .containsEntry(MeasuredResource.HOST_MEMORY, 3_000.0)
        .containsEntry(MeasuredResource.PROCESS_DISK_READ, 10.0)
        .containsEntry(MeasuredResource.PROCESS_DISK_WRITTEN, 20.0)
        .containsEntry(MeasuredResource.NETWORK_RECEIVED, 5.0)
        .containsEntry(MeasuredResource.NETWORK_SENT, 3.0)
        .containsEntry(MeasuredResource.HOST_DISK_READ, 60.0)
        .containsEntry(MeasuredResource.HOST_DISK_WRITTEN, 120.0);
    assertThat(reader().hostStart()).contains(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void shouldMeasureTheProcessorsFromTheSecondReadingOn() throws IOException {
    linux(4_096);
    ResourceReader reader = reader();

    ResourceSample first = reader.read();
    long until = System.nanoTime() + 200_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    ResourceSample second = reader.read();

    assertThat(first.values()).doesNotContainKey(MeasuredResource.PROCESS_CPU);
    assertThat(first.usage().getCpuUsagePercent()).isNull();
    assertThat(second.usage().getCpuUsagePercent()).isBetween(1.0, 100.0);
    assertThat(second.usage().getMemoryUsageMb()).isEqualTo(200);
  }

  @Test
  void shouldComputeTheUsageBetweenTwoMeasurements() throws IOException {
    linux(4_096);
    ResourceReader reader = reader();
    ResourceSample first = reader.read();
    linux(4_096 + 10_240);
    ResourceSample second = reader.read();

    ResourceUsage used = second.usageSince(first);

    assertThat(used).isNotNull();
    assertThat(used.getNetworkIoKb()).isCloseTo(10, within(1e-9));
    assertThat(used.getDiskIoKb()).isZero();
    assertThat(used.getMemoryUsageMb()).isEqualTo(200);
    assertThat(second.usageSince(second)).isNull();
  }

  @Test
  void shouldLeaveOutValuesThatThePlatformDoesNotProvide() throws IOException {
    assertThat(reader().read().values().keySet())
        .containsAll(Set.of(MeasuredResource.JVM_HEAP, MeasuredResource.JVM_THREADS))
        .doesNotContain(
            MeasuredResource.PROCESS_MEMORY,
            MeasuredResource.NETWORK_SENT,
            MeasuredResource.HOST_DISK_READ);
    assertThat(reader().hostStart()).isEmpty();

    file("proc/self/status", "VmRSS:\nVmRSS: lots\n");
    file("proc/self/io", "read_bytes: -\n");
    file("proc/self/net/dev", "eth0: 1 2 3\n: :\n");
    file("proc/diskstats", "8 0 sda x\n8 0 ../../x 1 1 1 1 1 1 1 1\n");
    file("proc/stat", "btime \n");
    assertThat(reader().read().values())
        .doesNotContainKeys(
            MeasuredResource.PROCESS_MEMORY,
            MeasuredResource.PROCESS_DISK_READ,
            MeasuredResource.NETWORK_RECEIVED);
  }

  @Test
  void shouldReadThisMachineInLittleTime() {
    ResourceReader reader = ResourceReader.ofThisMachine();
    reader.read();
    long began = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertThat(reader.read().values()).containsKey(MeasuredResource.JVM_HEAP);
    }
    assertThat((System.nanoTime() - began) / 20).isLessThan(50_000_000);
  }

  @Test
  void shouldNameTheMetricsThatTracesReportAsTheProcessorDoes() {
    assertThat(MeasuredResource.PROCESS_CPU.metric()).isEqualTo("cpu_usage_percent");
    assertThat(MeasuredResource.PROCESS_MEMORY.metric()).isEqualTo("memory_usage_mb");
    assertThat(MeasuredResource.NETWORK_SENT.metric()).isEqualTo("network_io_kb");
    assertThat(MeasuredResource.PROCESS_DISK_READ.metric()).isEqualTo("disk_io_kb");
    for (MeasuredResource resource : MeasuredResource.values()) {
      String expected =
          resource.metric().endsWith("_percent")
              ? "%"
              : resource.metric().endsWith("_mb")
                  ? "MiBy"
                  : resource.metric().endsWith("_kb")
                      ? "KiBy"
                      : resource.metric().endsWith("_seconds") ? "s" : "{thread}";
      assertThat(resource.unit()).as(resource.metric()).isEqualTo(expected);
      assertThat(resource.type() == MetricType.COUNTER)
          .as(resource.metric())
          .isEqualTo(resource.metric().matches(".*(_kb|_seconds)"));
    }
  }
}
