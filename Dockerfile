# Service and command line in one image; which of them runs is the command's choice.
FROM ubuntu:26.04 AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates dotnet-sdk-10.0
WORKDIR /source
COPY . .
RUN dotnet publish Service --configuration Release --output /app && dotnet publish Migrations --configuration Release --output /app/cli

FROM ubuntu:26.04
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates aspnetcore-runtime-10.0 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app .
USER 1000
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
ENTRYPOINT ["dotnet"]
CMD ["Tenantry.Service.dll"]
