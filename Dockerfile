# All roles in one image; the command selects one: gateway, processor or sink. Build the jars first:
#   mvn -DskipTests package
# The image as a whole is distributed under GPL-3.0, because of the isolation forest in it: see NOTICE.
FROM eclipse-temurin:17-jre-noble

RUN useradd --system --uid 10001 --home-dir /data tracetide \
    && install -d -o tracetide -g tracetide /data /data/processor /data/sink

COPY standalone/target/lib/ /opt/tracetide/lib/
COPY standalone/target/tracetide-standalone-*.jar /opt/tracetide/lib/

USER tracetide
WORKDIR /data
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-cp", "/opt/tracetide/lib/*", "io.tracetide.standalone.cli.Main"]
CMD ["--help"]
