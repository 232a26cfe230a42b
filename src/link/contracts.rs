//! Methods of RPC services as contracts state them, found by the name under which code answers.
//! Two contracts that state one method in different packages prove neither, unless the code names the package.

use std::collections::BTreeMap;

use crate::finding::{Fact, Finding, RpcMethod};
use crate::location::RepoPath;

/// The stated methods, by `Service/Method`.
#[derive(Debug, Default)]
pub(super) struct Contracts<'a>(BTreeMap<String, Vec<(&'a RepoPath, &'a RpcMethod)>>);

impl<'a> Contracts<'a> {
    /// Reads the methods of all contracts.
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut methods: BTreeMap<String, Vec<(&RepoPath, &RpcMethod)>> = BTreeMap::new();
        for finding in findings {
            if let Fact::RpcMethod(method) = &finding.fact {
                methods.entry(format!("{}/{}", method.service, method.name)).or_default().push((&finding.at.path, method));
            }
        }
        Self(methods)
    }

    /// The method of this name: of the package that the code states, else the only one.
    pub(super) fn method(&self, name: &str, package: Option<&str>) -> Option<&'a RpcMethod> {
        let stated = self.0.get(name)?;
        let of_package = stated.iter().find(|(_, one)| Some(one.package.as_str()) == package);
        of_package.map(|(_, one)| *one).or_else(|| agreed(stated.iter().map(|(_, one)| *one)))
    }

    /// The method of this name that code at a path keeps: of the contracts that lie nearest to it, where a service has a copy for each of its
    /// callers in packages of theirs.
    pub(super) fn method_near(&self, name: &str, path: &RepoPath) -> Option<&'a RpcMethod> {
        let stated = self.0.get(name)?;
        let shared = |other: &RepoPath| path.parts().zip(other.parts()).take_while(|(a, b)| a == b).count();
        let nearest = stated.iter().map(|(other, _)| shared(other)).max()?;
        agreed(stated.iter().filter(|(other, _)| shared(other) == nearest).map(|(_, one)| *one))
    }
}

/// The first of some methods, when all stand in one package.
fn agreed<'a>(mut stated: impl Iterator<Item = &'a RpcMethod>) -> Option<&'a RpcMethod> {
    let first = stated.next()?;
    stated.all(|one| one.package == first.package).then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn the_nearest_contract_names_the_package() {
        let proto =
            |package: &str| format!("syntax = \"proto3\";\npackage {package};\nservice Prices {{\n  rpc Get (Ask) returns (Price);\n}}\n");
        let (own, copy) = (proto("prices"), proto("callerPrices"));
        let service = "public class PriceService : Prices.PricesBase {\n  public override Task<Price> Get(Ask ask, ServerCallContext context) => null;\n}\n";
        let program = "var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddGrpc();\nvar app = builder.Build();\napp.MapGrpcService<PriceService>();\napp.Run();\n";
        let files = [
            ("src/Caller/Protos/prices.proto", copy.as_str()),
            ("src/Prices/PriceService.cs", service),
            ("src/Prices/Prices.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>"),
            ("src/Prices/Program.cs", program),
            ("src/Prices/Protos/prices.proto", own.as_str()),
        ];
        let model = model(&files);
        let keys: Vec<&String> = model.endpoints.values().flat_map(|operations| operations.keys()).collect();
        assert_eq!(keys, ["GRPC prices.Prices/Get"]);
    }
}
